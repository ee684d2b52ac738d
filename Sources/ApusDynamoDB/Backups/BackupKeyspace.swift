package import ApusBase
package import ApusStore
internal import DynamoDBItems

// Where backups lie. A backup's items are those of a table without a name: `dynamoItem` under the copy's id, which is never used
// again. An item without attributes stands for none, until the copy is counted.
//
//     dynamoBackup         account, region, table, id          BackupRecord: a backup; id as `BackupRules.identifier`
//     dynamoCopy           copy:8                              CopyRecord: a copy in the making, and how far it is
//     dynamoRestore        table:8                             RestoreRecord: a table that is filled from a copy, and how far it is
//     dynamoBackupExpiry   time:8, account, region, table, id  when a backup is over
//     dynamoHistoryChange  history:8, sequence:8               HistoryChange: an item as it was before a change
//     dynamoHistoryHead    history:8                           HistoryHead: the next sequence number
//     dynamoHistoryDue     time:8, history:8                   HistoryOwner: when its worker looks at it next

/// `5050, account, region, table, id`: a backup.
package struct BackupKey: StoreKey {
    package typealias Value = BackupRecord
    package static let tag = KeyTag.dynamoBackup
    package var account: String
    package var region: String
    package var name: String
    package var id: String

    package init(table: TableReference, id: String) {
        self.account = table.account
        self.region = table.region
        self.name = table.name
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.name)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.name = try decoder.readString()
        self.id = try decoder.readString()
    }

    package var table: TableReference { TableReference(account: self.account, region: self.region, name: self.name) }

    /// Those of an account and region, or of one table there.
    package static func all(account: String, region: String, table: String? = nil) -> KeyRange<BackupKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
            if let table { encoder.append(table) }
        }
    }

    package var arn: String { "\(self.table.arn)/backup/\(self.id)" }

    func encode(into writer: inout RecordWriter) {
        self.table.encode(into: &writer)
        writer.string(self.id)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.init(table: try TableReference(from: &reader), id: try reader.readString())
    }
}

/// `5051, copy`: a copy of a table that is being made.
package struct CopyKey: StoreKey {
    package typealias Value = CopyRecord
    package static let tag = KeyTag.dynamoCopy
    package var copy: UInt64

    package init(copy: UInt64) { self.copy = copy }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.copy) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.copy = try decoder.readInteger() }

    /// What tells the worker that there is something to do.
    package static let channel = Channel(CopyKey(copy: 0))
}

/// `5052, table`: a table that is being filled, by its id.
package struct RestoreKey: StoreKey {
    package typealias Value = RestoreRecord
    package static let tag = KeyTag.dynamoRestore
    package var table: UInt64

    package init(table: UInt64) { self.table = table }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.table) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.table = try decoder.readInteger() }
}

/// `5053, time, account, region, table, id`: when a backup is over.
package struct BackupExpiryKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.dynamoBackupExpiry
    package var time: Timestamp
    package var account: String
    package var region: String
    package var table: String
    package var id: String

    package init(time: Timestamp, backup: BackupKey) {
        self.time = time
        self.account = backup.account
        self.region = backup.region
        self.table = backup.name
        self.id = backup.id
    }

    package var backup: BackupKey {
        BackupKey(table: TableReference(account: self.account, region: self.region, name: self.table), id: self.id)
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.time.milliseconds)
        self.backup.encode(into: &encoder)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let time = Timestamp(milliseconds: try decoder.readInt64())
        self.init(time: time, backup: try BackupKey(from: &decoder))
    }
}

extension TableReference {
    func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.region)
        writer.string(self.name)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        let account = try reader.readString()
        let region = try reader.readString()
        self.init(account: account, region: region, name: try reader.readString())
    }
}

extension ItemKey {
    /// The same item's place in a copy, or in another table.
    package func moved(to table: UInt64) -> ItemKey { ItemKey(table: table, hash: self.hash, sort: self.sort) }

    func encode(place writer: inout RecordWriter) {
        writer.blob(self.hash)
        writer.blob(self.sort)
    }

    init(place reader: inout RecordReader, in table: UInt64) throws(RecordError) {
        self.init(table: table, hash: try reader.readBlob(), sort: try reader.readBlob())
    }
}
