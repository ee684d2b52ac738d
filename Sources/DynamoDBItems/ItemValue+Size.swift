extension ItemValue {
    /// DynamoDB's size of the value in bytes, without its name.
    ///
    /// AWS documents: strings their UTF-8, binaries their bytes, null and booleans 1, lists and maps 3 and 1 for each element
    /// beside the elements, numbers "approximately" 1 for each two digits and 1. What a number takes exactly was observed at
    /// the limit of an item: its digits in pairs that are aligned with the point, one byte for the exponent, one for a minus.
    package var size: Int {
        switch self.code {
        case .string, .binary: self.content.count
        case .number: Self.numberSize(self.content)
        case .yes, .no, .null: 1
        case .stringSet, .binarySet: self.members.reduce(0) { $0 + $1.count }
        case .numberSet: self.members.reduce(0) { $0 + Self.numberSize($1) }
        case .list: self.elements.reduce(3) { $0 + 1 + $1.size }
        case .map: self.entries.reduce(3) { $0 + 1 + $1.name.count + $1.value.size }
        }
    }

    /// How deep values nest: 1 for a scalar, a set, and a list or map without content.
    package var depth: Int {
        switch self.code {
        case .list: self.elements.reduce(1) { max($0, 1 + $1.depth) }
        case .map: self.entries.reduce(1) { max($0, 1 + $1.value.depth) }
        default: 1
        }
    }

    private static func numberSize(_ encoded: ArraySlice<UInt8>) -> Int {
        guard let number = NumberCode.shape(encoded) else { return 1 }
        // A pair begins at each odd exponent: one more digit stands before the first where that is even.
        let padding = number.exponent.isMultiple(of: 2) ? 1 : 0
        return 1 + (number.digits + padding + 1) / 2 + (number.isNegative ? 1 : 0)
    }
}
