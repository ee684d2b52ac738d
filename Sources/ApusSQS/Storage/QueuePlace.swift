package import ApusBase
internal import ApusStore

/// How the queue with an id is called, for those who have only the id. Version, then three strings: account, region,
/// name.
package struct QueuePlace: StoreValue, Equatable {
    package let key: QueueKey

    package init(_ key: QueueKey) { self.key = key }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.key.account)
        writer.string(self.key.region)
        writer.string(self.key.name)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        let account = try reader.readString()
        let region = try reader.readString()
        self.key = QueueKey(account: account, region: region, name: try reader.readString())
    }
}
