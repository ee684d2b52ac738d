/// A key of what has a name of its own in an account's region: `account, region, name`.
@usableFromInline package protocol RegionalKey: StoreKey {
    var account: String { get }
    var region: String { get }
    var name: String { get }
    init(account: String, region: String, name: String)
}

extension RegionalKey {
    @inlinable package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.name)
    }

    @inlinable package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let account = try decoder.readString()
        let region = try decoder.readString()
        self.init(account: account, region: region, name: try decoder.readString())
    }

    /// All of an account in a region.
    package static func all(account: String, region: String) -> KeyRange<Self> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
        }
    }
}
