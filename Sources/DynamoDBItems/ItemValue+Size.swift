extension ItemValue {
    /// DynamoDB's size of the value in bytes, without its name.
    ///
    /// AWS documents: strings their UTF-8, binaries their bytes, null and booleans 1, lists and maps 3 and 1 for each element
    /// beside the elements, numbers "approximately" 1 for each two digits and 1. What a number takes exactly was observed at
    /// the limit of an item: its digits in pairs that are aligned with the point, one byte for the exponent, one for a minus.
    package var size: Int {
        var index = self.start
        return ItemBytes.size(self.storage, ofValueAt: &index)
    }

    /// How deep values nest: 1 for a scalar, a set, and a list or map without content.
    package var depth: Int {
        switch self.code {
        case .list: self.elements.reduce(1) { max($0, 1 + $1.depth) }
        case .map: self.entries.reduce(1) { max($0, 1 + $1.value.depth) }
        default: 1
        }
    }
}

extension ItemBytes {
    /// The size of the attributes of a map's content: names and values. Values are not made: sizes are asked for with each write.
    static func attributesSize(_ bytes: [UInt8], from start: Int, to end: Int) -> Int {
        var size = 0
        var index = start
        while index < end {
            let count = Self.length(bytes, at: &index)
            index += count
            size += count + Self.size(bytes, ofValueAt: &index)
        }
        return size
    }

    /// The size of the value at `index`, which is moved past it.
    static func size(_ bytes: [UInt8], ofValueAt index: inout Int) -> Int {
        let code = ValueCode(rawValue: bytes[index]) ?? .null
        switch code {
        case .no, .yes, .null:
            index += 1
            return 1
        case .string, .binary:
            index += 1
            let count = Self.length(bytes, at: &index)
            index += count
            return count
        case .number:
            index += 1
            return Self.numberSize(bytes, at: &index)
        case .stringSet, .numberSet, .binarySet, .list, .map:
            let start = index + Self.containerHeader
            index = start + Self.fixed(bytes, at: index + 1)
            return Self.size(bytes, code, from: start, to: index)
        }
    }

    /// Of a container's content.
    private static func size(_ bytes: [UInt8], _ code: ValueCode, from start: Int, to end: Int) -> Int {
        var size = code == .list || code == .map ? 3 : 0
        var index = start
        while index < end {
            switch code {
            case .list: size += 1 + Self.size(bytes, ofValueAt: &index)
            case .map:
                let count = Self.length(bytes, at: &index)
                index += count
                size += 1 + count + Self.size(bytes, ofValueAt: &index)
            case .numberSet: size += Self.numberSize(bytes, at: &index)
            default:
                let count = Self.length(bytes, at: &index)
                index += count
                size += count
            }
        }
        return size
    }

    private static func numberSize(_ bytes: [UInt8], at index: inout Int) -> Int {
        let count = Self.length(bytes, at: &index)
        defer { index += count }
        guard let number = NumberCode.shape(bytes[index..<index + count]) else { return 1 }
        // A pair begins at each odd exponent: one more digit stands before the first where that is even.
        let padding = number.exponent.isMultiple(of: 2) ? 1 : 0
        return 1 + (number.digits + padding + 1) / 2 + (number.isNegative ? 1 : 0)
    }
}
