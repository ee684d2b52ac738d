package import ApusBase
package import ApusStore

/// `4023, account, region`: what an account has in a region, counted where it changes. Absent: nothing has changed since the
/// first release that counts; then it is counted by a scan.
package struct AccountUsageKey: StoreKey {
    package typealias Value = AccountUsageRecord
    package static let tag = KeyTag.lambdaAccountUsage
    package var account: String
    package var region: String

    package init(account: String, region: String) {
        self.account = account
        self.region = region
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
    }
}

/// What an account has in a region.
package struct AccountUsageRecord: StoreValue, Equatable {
    package var functions: Int
    /// Bytes of all packages: of `$LATEST`, of versions and of layers, each counted for itself.
    package var codeBytes: Int
    /// Concurrency that functions have for themselves.
    package var reservedConcurrency: Int
    /// Concurrency provisioned for versions and aliases of functions that have none reserved.
    package var provisionedConcurrency: Int

    package init(
        functions: Int = 0, codeBytes: Int = 0, reservedConcurrency: Int = 0, provisionedConcurrency: Int = 0
    ) {
        self.functions = functions
        self.codeBytes = codeBytes
        self.reservedConcurrency = reservedConcurrency
        self.provisionedConcurrency = provisionedConcurrency
    }

    package func encode(into writer: inout RecordWriter) {
        writer.int(self.functions)
        writer.int(self.codeBytes)
        writer.int(self.reservedConcurrency)
        writer.int(self.provisionedConcurrency)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.functions = Int(try reader.readInt())
        self.codeBytes = Int(try reader.readInt())
        self.reservedConcurrency = Int(try reader.readInt())
        self.provisionedConcurrency = Int(try reader.readInt())
    }
}
