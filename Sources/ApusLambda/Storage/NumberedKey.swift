package import ApusStore

/// A key of what a function's published versions have each: the function's id, then the version's number.
package protocol NumberedKey: StoreKey {
    var function: UInt64 { get }
    var number: UInt64 { get }
    init(function: UInt64, number: UInt64)
}

extension NumberedKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.number)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let function: UInt64 = try decoder.readInteger()
        self.init(function: function, number: try decoder.readInteger())
    }

    /// All of one function.
    package static func all(function: UInt64) -> KeyRange<Self> { Self.range { $0.append(function) } }
}
