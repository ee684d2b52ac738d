package import ApusBase
package import ApusStore

// Where global tables of version 2017.11.29 lie. Those of version 2019.11.21 are in their tables' records alone.
//
//     dynamoGlobalTable  account, name                        GlobalTableRecord: since when, and the regions of its replicas

/// `5004, account, name`: a global table of version 2017.11.29, which is of no region.
package struct GlobalTableKey: StoreKey {
    package typealias Value = GlobalTableRecord
    package static let tag = KeyTag.dynamoGlobalTable
    package var account: String
    package var name: String

    package init(account: String, name: String) {
        self.account = account
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.name = try decoder.readString()
    }

    package static func all(account: String) -> KeyRange<GlobalTableKey> {
        Self.range { $0.append(account) }
    }
}

/// A global table of version 2017.11.29: which tables of its name are its replicas.
package struct GlobalTableRecord: StoreValue, Equatable {
    package var created: Timestamp
    /// Those that came last come first, as AWS's answers show them; never empty.
    package var regions: [String]

    package init(created: Timestamp, regions: [String]) {
        self.created = created
        self.regions = regions
    }

    package func encode(into writer: inout RecordWriter) {
        writer.timestamp(self.created)
        writer.strings(self.regions)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.created = try reader.readTimestamp()
        self.regions = try reader.readStrings()
    }
}
