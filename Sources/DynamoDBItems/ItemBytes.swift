/// How values lie in bytes; `Item` has the table. All functions expect bytes that `ItemBytes.check` has passed or
/// `ItemWriter` has made.
enum ItemBytes {
    /// The first byte of an item.
    static let version: UInt8 = 1
    /// Type, length and count before the content of a container.
    static let containerHeader = 9

    /// The length at `index`, which is moved past it: LEB128.
    @inline(__always)
    static func length(_ bytes: [UInt8], at index: inout Int) -> Int {
        var byte = bytes[index]
        index += 1
        if byte < 0x80 { return Int(byte) }
        var value = Int(byte & 0x7f)
        var shift = 7
        repeat {
            byte = bytes[index]
            index += 1
            value |= Int(byte & 0x7f) << shift
            shift += 7
        } while byte >= 0x80 && shift < 35
        return value
    }

    static func append(length: Int, to bytes: inout [UInt8]) {
        var rest = length
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Four bytes, little-endian.
    @inline(__always)
    static func fixed(_ bytes: [UInt8], at index: Int) -> Int {
        Int(bytes[index]) | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2]) << 16 | Int(bytes[index + 3]) << 24
    }

    static func setFixed(_ value: Int, in bytes: inout [UInt8], at index: Int) {
        for offset in 0..<4 { bytes[index + offset] = UInt8(truncatingIfNeeded: value >> (8 * offset)) }
    }

    /// Where the value at `start` ends. Passes containers without looking into them.
    @inline(__always)
    static func end(_ bytes: [UInt8], ofValueAt start: Int) -> Int {
        var index = start + 1
        switch bytes[start] {
        case ValueCode.no.rawValue, ValueCode.yes.rawValue, ValueCode.null.rawValue: return index
        case ValueCode.string.rawValue, ValueCode.number.rawValue, ValueCode.binary.rawValue:
            let count = Self.length(bytes, at: &index)
            return index + count
        default: return start + Self.containerHeader + Self.fixed(bytes, at: start + 1)
        }
    }
}

// MARK: Checks

extension ItemBytes {
    /// Checks that all of `bytes` is one item: a version, then a map that reaches to the end and whose parts fit in.
    static func check(_ bytes: [UInt8]) throws(ItemDamage) {
        guard bytes.first == Self.version, bytes.count > 1, bytes[1] == ValueCode.map.rawValue else {
            throw ItemDamage(offset: 0)
        }
        let end = try Self.check(bytes, valueAt: 1, before: bytes.count, level: 0)
        guard end == bytes.count else { throw ItemDamage(offset: end) }
    }

    private static func check(
        _ bytes: [UInt8], valueAt start: Int, before limit: Int, level: Int
    ) throws(ItemDamage) -> Int {
        guard start < limit, level <= ItemLimits.depth, let code = ValueCode(rawValue: bytes[start]) else {
            throw ItemDamage(offset: start)
        }
        switch code {
        case .no, .yes, .null: return start + 1
        case .string, .binary: return try Self.checkRun(bytes, at: start + 1, before: limit).upperBound
        case .number:
            let run = try Self.checkRun(bytes, at: start + 1, before: limit)
            guard NumberCode.decode(bytes[run]) != nil else { throw ItemDamage(offset: start) }
            return run.upperBound
        case .stringSet, .numberSet, .binarySet, .list, .map:
            return try Self.check(bytes, container: code, at: start, before: limit, level: level)
        }
    }

    private static func check(
        _ bytes: [UInt8], container code: ValueCode, at start: Int, before limit: Int, level: Int
    ) throws(ItemDamage) -> Int {
        guard limit - start >= Self.containerHeader else { throw ItemDamage(offset: start) }
        let end = start + Self.containerHeader + Self.fixed(bytes, at: start + 1)
        let count = Self.fixed(bytes, at: start + 5)
        guard end <= limit else { throw ItemDamage(offset: start) }
        var index = start + Self.containerHeader
        for _ in 0..<count {
            guard index < end else { throw ItemDamage(offset: index) }
            switch code {
            case .list: index = try Self.check(bytes, valueAt: index, before: end, level: level + 1)
            case .map:
                index = try Self.checkRun(bytes, at: index, before: end).upperBound
                index = try Self.check(bytes, valueAt: index, before: end, level: level + 1)
            default:
                let run = try Self.checkRun(bytes, at: index, before: end)
                if code == .numberSet, NumberCode.decode(bytes[run]) == nil { throw ItemDamage(offset: index) }
                index = run.upperBound
            }
        }
        guard index == end else { throw ItemDamage(offset: index) }
        return end
    }

    /// A length and as many bytes.
    private static func checkRun(
        _ bytes: [UInt8], at start: Int, before limit: Int
    ) throws(ItemDamage) -> Range<Int> {
        var index = start
        var length = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard index < limit else { throw ItemDamage(offset: start) }
            let byte = bytes[index]
            index += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 {
                guard length <= limit - index else { throw ItemDamage(offset: start) }
                return index..<index + length
            }
        }
        throw ItemDamage(offset: start)
    }
}
