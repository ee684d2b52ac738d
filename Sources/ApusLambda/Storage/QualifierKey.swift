package import ApusStore

/// A key of what a function's versions and aliases have each: the function's id, then the qualifier.
package protocol QualifierKey: StoreKey {
    var function: UInt64 { get }
    /// `$LATEST`, a version's number or an alias.
    var qualifier: String { get }
    init(function: UInt64, qualifier: String)
}

extension QualifierKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.qualifier)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let function: UInt64 = try decoder.readInteger()
        self.init(function: function, qualifier: try decoder.readString())
    }

    /// All of one function.
    package static func all(function: UInt64) -> KeyRange<Self> { Self.range { $0.append(function) } }
}
