package import ApusBase
internal import ApusStore
internal import DynamoDBItems

/// A backup: the table as it was, and where its items lie.
package struct BackupRecord: StoreValue, Equatable {
    package enum Kind: UInt8, Sendable { case user = 1, system = 2 }
    package enum Status: UInt8, Sendable { case creating = 1, available = 2 }

    /// Under which the items lie.
    package var copy: UInt64
    package var name: String
    package var kind: Kind
    package var status = Status.creating
    package var created: Timestamp
    package var expires: Timestamp?
    /// Exact where the backup is available; before, what its table was said to have.
    package var counts: ItemCounts
    /// Tables that are being made of it.
    package var restores = 0
    package var table: TableRecord

    package init(
        copy: UInt64, name: String, kind: Kind, created: Timestamp, expires: Timestamp? = nil, counts: ItemCounts,
        table: TableRecord
    ) {
        self.copy = copy
        self.name = name
        self.kind = kind
        self.created = created
        self.expires = expires
        self.counts = counts
        self.table = table
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.copy)
        writer.string(self.name)
        writer.byte(self.kind.rawValue)
        writer.byte(self.status.rawValue)
        writer.timestamp(self.created)
        writer.optional(self.expires) { $0.timestamp($1) }
        writer.int(self.counts.items)
        writer.int(self.counts.bytes)
        writer.int(self.restores)
        writer.byte(TableRecord.version)
        self.table.encode(into: &writer)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.copy = try reader.readUInt()
        self.name = try reader.readString()
        self.kind = try reader.readCode(Kind.self)
        self.status = try reader.readCode(Status.self)
        self.created = try reader.readTimestamp()
        self.expires = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.counts = ItemCounts(items: Int(try reader.readInt()), bytes: Int(try reader.readInt()))
        self.restores = Int(try reader.readInt())
        let tableVersion = try reader.readByte()
        self.table = try TableRecord(from: &reader, version: tableVersion)
    }
}

/// A copy of a table as it was at one moment, and how far it is made.
///
/// From its first moment to the end of `items` its id stands in the table's `TableBackups.copies`, so that the first change of an
/// item puts the item as it was into the copy.
package struct CopyRecord: StoreValue, Equatable {
    package enum Purpose: Equatable, Sendable {
        case backup(BackupKey)
        /// A table that is made of it; the copy is gone then.
        case restore(TableReference, id: UInt64)
    }

    package enum Phase: Equatable, Sendable {
        /// Old images of changes after `time` are put, from the last one before `end` backwards.
        case history(id: UInt64, end: UInt64, time: Timestamp)
        /// Items that are not there are copied, those behind `last`.
        case items(last: ItemKey?)
        /// What is there is counted, and marks of absence removed.
        case counting(last: ItemKey?)
    }

    package var table: TableReference
    package var tableID: UInt64
    package var purpose: Purpose
    package var phase: Phase
    /// So far.
    package var counts = ItemCounts()

    package init(table: TableReference, tableID: UInt64, purpose: Purpose, phase: Phase) {
        self.table = table
        self.tableID = tableID
        self.purpose = purpose
        self.phase = phase
    }

    package func encode(into writer: inout RecordWriter) {
        self.table.encode(into: &writer)
        writer.uint(self.tableID)
        switch self.purpose {
        case .backup(let key):
            writer.byte(1)
            key.encode(into: &writer)
        case .restore(let target, let id):
            writer.byte(2)
            target.encode(into: &writer)
            writer.uint(id)
        }
        switch self.phase {
        case .history(let id, let end, let time):
            writer.byte(1)
            writer.uint(id)
            writer.uint(end)
            writer.timestamp(time)
        case .items(let last):
            writer.byte(2)
            writer.optional(last) { $1.encode(place: &$0) }
        case .counting(let last):
            writer.byte(3)
            writer.optional(last) { $1.encode(place: &$0) }
        }
        writer.int(self.counts.items)
        writer.int(self.counts.bytes)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.table = try TableReference(from: &reader)
        self.tableID = try reader.readUInt()
        switch try reader.readByte() {
        case 1: self.purpose = .backup(try BackupKey(from: &reader))
        case 2: self.purpose = .restore(try TableReference(from: &reader), id: try reader.readUInt())
        default: throw reader.error(.invalidValue)
        }
        switch try reader.readByte() {
        case 1:
            let id = try reader.readUInt()
            self.phase = .history(id: id, end: try reader.readUInt(), time: try reader.readTimestamp())
        case 2: self.phase = .items(last: try Self.place(from: &reader))
        case 3: self.phase = .counting(last: try Self.place(from: &reader))
        default: throw reader.error(.invalidValue)
        }
        self.counts = ItemCounts(items: Int(try reader.readInt()), bytes: Int(try reader.readInt()))
    }

    /// A place; the table that it is in is said where it is used.
    private static func place(from reader: inout RecordReader) throws(RecordError) -> ItemKey? {
        try reader.readOptional { (reader) throws(RecordError) in try ItemKey(place: &reader, in: 0) }
    }
}

/// A table that is being filled with a copy's items.
package struct RestoreRecord: StoreValue, Equatable {
    package var target: TableReference
    package var copy: UInt64
    /// Whose items they are; nil where the copy was made for this table alone.
    package var backup: BackupKey?
    /// The last item that was put; its table is said where it is used.
    package var last: ItemKey?

    package init(target: TableReference, copy: UInt64, backup: BackupKey?, last: ItemKey? = nil) {
        self.target = target
        self.copy = copy
        self.backup = backup
        self.last = last
    }

    package func encode(into writer: inout RecordWriter) {
        self.target.encode(into: &writer)
        writer.uint(self.copy)
        writer.optional(self.backup) { $1.encode(into: &$0) }
        writer.optional(self.last) { $1.encode(place: &$0) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.target = try TableReference(from: &reader)
        self.copy = try reader.readUInt()
        self.backup = try reader.readOptional { (reader) throws(RecordError) in try BackupKey(from: &reader) }
        self.last = try reader.readOptional { (reader) throws(RecordError) in try ItemKey(place: &reader, in: 0) }
    }
}
