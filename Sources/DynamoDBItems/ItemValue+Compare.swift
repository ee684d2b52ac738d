extension ItemValue: Hashable {
    /// Equal in DynamoDB's sense: of one type, numbers by value, sets whatever their order, documents all the way down.
    package static func == (left: ItemValue, right: ItemValue) -> Bool {
        left.end - left.start == right.end - right.start && Self.order(left.encoded, right.encoded) == 0
    }

    package func hash(into hasher: inout Hasher) {
        self.encoded.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// Negative, zero or positive as this value is below, at or above `other`; nil unless both are of one type that has an
    /// order. Strings and binaries are ordered by their bytes, numbers by value.
    package func order(to other: ItemValue) -> Int? {
        let code = self.code
        guard code == other.code, code.type.isOrdered else { return nil }
        return Self.order(self.content, other.content)
    }

    /// `begins_with`: false unless both are strings or both binaries.
    package func begins(with prefix: ItemValue) -> Bool {
        let code = self.code
        guard code == prefix.code, code == .string || code == .binary else { return false }
        return self.content.starts(with: prefix.content)
    }

    /// `contains`: a string within a string, a binary within a binary, an element of a set or a list.
    package func contains(_ other: ItemValue) -> Bool {
        switch self.code {
        case .string, .binary: self.code == other.code && ByteSearch.occurs(other.content, in: self.content)
        case .stringSet, .numberSet, .binarySet:
            self.type.elementType == other.type && self.containsMember(other.content)
        case .list: self.elements.contains { $0 == other }
        default: false
        }
    }

    /// Whether a set has the element with these bytes.
    package func containsMember(_ member: ArraySlice<UInt8>) -> Bool {
        for element in self.members {
            let order = Self.order(element, member)
            if order >= 0 { return order == 0 }
        }
        return false
    }

    /// `size`: characters of a string, bytes of a binary, elements of the rest; nil for numbers, booleans and null.
    ///
    /// A string is measured in UTF-16 units, as DynamoDB's servers, written in Java, do.
    package var measure: Int? {
        switch self.code {
        case .string: Self.utf16Count(self.content)
        case .binary: self.content.count
        case .stringSet, .numberSet, .binarySet, .list, .map: self.count
        case .number, .yes, .no, .null: nil
        }
    }

    /// One unit for each byte that begins a character, and another for those beyond the first plane.
    private static func utf16Count(_ text: ArraySlice<UInt8>) -> Int {
        text.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : $1 >= 0xf0 ? 2 : 1) }
    }
}
