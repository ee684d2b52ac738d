package import ApusBase
package import ApusStore

// Where the making of replicas lies.
//
//     dynamoReplica      table:8                              ReplicaFillingRecord: a replica that gets the items of before it

/// `5003, table`: a replica that does not have all items yet.
package struct ReplicaFillingKey: StoreKey {
    package typealias Value = ReplicaFillingRecord
    package static let tag = KeyTag.dynamoReplica
    /// The id of the replica.
    package var table: UInt64

    package init(table: UInt64) { self.table = table }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.table) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.table = try decoder.readInteger() }

    /// What tells the worker that there is a replica to fill.
    package static let channel = Channel(ReplicaFillingKey(table: 0))
}

/// How far a replica is filled.
package struct ReplicaFillingRecord: StoreValue, Equatable {
    package var replica: TableReference
    /// The region of the table whose items are copied.
    package var source: String
    /// The last item of the source that was looked at; nil at the beginning.
    package var last: ItemKey?

    package init(replica: TableReference, source: String, last: ItemKey? = nil) {
        self.replica = replica
        self.source = source
        self.last = last
    }

    package func encode(into writer: inout RecordWriter) {
        writer.table(self.replica)
        writer.string(self.source)
        writer.optional(self.last) { $0.itemKey($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.replica = try reader.readTable()
        self.source = try reader.readString()
        self.last = try reader.readOptional { (reader) throws(RecordError) in try reader.readItemKey() }
    }
}
