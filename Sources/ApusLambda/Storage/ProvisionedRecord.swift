package import ApusBase
package import ApusStore

/// `4024, function, qualifier`: the provisioned concurrency of a version or an alias.
package struct ProvisionedKey: QualifierKey {
    package typealias Value = ProvisionedRecord
    package static let tag = KeyTag.lambdaProvisioned
    package var function: UInt64
    package var qualifier: String

    package init(function: UInt64, qualifier: String) {
        self.function = function
        self.qualifier = qualifier
    }
}

/// How many environments of a version or an alias are to be ready before they are asked for.
package struct ProvisionedRecord: StoreValue, Equatable {
    package var requested: Int
    package var modified: Timestamp
    /// Of the function, so that whoever keeps environments ready finds it.
    package var key: FunctionKey

    package init(requested: Int, modified: Timestamp, key: FunctionKey) {
        self.requested = requested
        self.modified = modified
        self.key = key
    }

    package func encode(into writer: inout RecordWriter) {
        writer.int(self.requested)
        writer.timestamp(self.modified)
        writer.string(self.key.account)
        writer.string(self.key.region)
        writer.string(self.key.name)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.requested = Int(try reader.readInt())
        self.modified = try reader.readTimestamp()
        self.key = FunctionKey(
            account: try reader.readString(), region: try reader.readString(), name: try reader.readString())
    }
}
