internal import Glibc

/// The same as `ItemBytes` does, on a buffer: finding a name is the most frequent of all steps.
extension ItemValue {
    @inline(__always)
    static func length(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int {
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

    @inline(__always)
    static func valueEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start + 1
        switch bytes[start] {
        case ValueCode.no.rawValue, ValueCode.yes.rawValue, ValueCode.null.rawValue: return index
        case ValueCode.string.rawValue, ValueCode.number.rawValue, ValueCode.binary.rawValue:
            let count = Self.length(bytes, &index)
            return index + count
        default:
            let content =
                Int(bytes[index]) | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2]) << 16
                | Int(bytes[index + 3]) << 24
            return start + ItemBytes.containerHeader + content
        }
    }

    /// Bytewise order: negative, zero or positive.
    @inline(__always)
    static func order(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(left.count, right.count)
        if common > 0, let leftStart = left.baseAddress, let rightStart = right.baseAddress {
            let order = memcmp(leftStart, rightStart, common)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { Self.order(left, $0) } }
    }
}
