package import ApusBase
internal import ApusStore
package import DynamoDBExpressions
package import DynamoDBItems

/// A stream: all that is known of it beside its records.
package struct TableStreamRecord: StoreValue, Equatable {
    package static var version: UInt8 { 2 }

    /// A run of records. The last of an enabled stream is open; the others are over.
    package struct Shard: Equatable, Sendable {
        /// The sequence number of its first record.
        package var first: UInt64
        /// Of its last; nil while it is open.
        package var last: UInt64?
        package var created: Timestamp
        /// The shard before it, which may be forgotten; nil for the first.
        package var parent: String?

        /// `shardId-00000001767225600000-00000001`: the time of its creation, and a part that tells twins of one time apart.
        package var id: String {
            let time = String(self.created.milliseconds)
            let number = String(truncatingIfNeeded: self.first)
            return "shardId-" + String(repeating: "0", count: max(20 - time.utf8.count, 0)) + time + "-" + number
        }
    }

    package var id: UInt64
    package var view: StreamSettings.View
    package var hash: KeyAttribute
    package var sort: KeyAttribute?
    package var created: Timestamp
    /// When it was switched off, or its table deleted; nil while it is enabled.
    package var ended: Timestamp?
    /// Oldest first.
    package var shards: [Shard]
    package var policy: PolicyRecord?

    package init(
        id: UInt64, view: StreamSettings.View, hash: KeyAttribute, sort: KeyAttribute?, created: Timestamp
    ) {
        self.id = id
        self.view = view
        self.hash = hash
        self.sort = sort
        self.created = created
        self.shards = [Shard(first: 1, created: created)]
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.byte(self.view.rawValue)
        writer.key(self.hash)
        writer.optional(self.sort) { $0.key($1) }
        writer.timestamp(self.created)
        writer.optional(self.ended) { $0.timestamp($1) }
        writer.array(self.shards) { writer, shard in
            writer.uint(shard.first)
            writer.optional(shard.last) { $0.uint($1) }
            writer.timestamp(shard.created)
            writer.optional(shard.parent) { $0.string($1) }
        }
        writer.optional(self.policy) { $1.encode(into: &$0) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.view = try reader.readCode(StreamSettings.View.self)
        self.hash = try reader.readKey()
        self.sort = try reader.readOptional { (reader) throws(RecordError) in try reader.readKey() }
        self.created = try reader.readTimestamp()
        self.ended = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.shards = try reader.readArray { (reader) throws(RecordError) in
            Shard(
                first: try reader.readUInt(),
                last: try reader.readOptional { (reader) throws(RecordError) in try reader.readUInt() },
                created: try reader.readTimestamp(),
                parent: try reader.readOptional { (reader) throws(RecordError) in try reader.readString() })
        }
        guard version >= 2 else { return }
        self.policy = try reader.readOptional { (reader) throws(RecordError) in try PolicyRecord(from: &reader) }
    }

    package func shard(_ id: String) -> Shard? { self.shards.first { $0.id == id } }

    /// Ends the open shard before the record `next`; one without records is no shard any more.
    package mutating func closeShard(before next: UInt64) {
        guard let open = self.shards.indices.last, self.shards[open].last == nil else { return }
        if self.shards[open].first == next { self.shards.remove(at: open) } else { self.shards[open].last = next - 1 }
    }

    /// Forgets shards all of whose records are gone.
    package mutating func trim(before oldest: UInt64) {
        self.shards.removeAll { shard in shard.last.map { $0 < oldest } ?? false }
    }
}

extension String {
    /// Eight hexadecimal digits.
    fileprivate init(truncatingIfNeeded number: UInt64) {
        let digits = String(UInt32(truncatingIfNeeded: number), radix: 16)
        self = String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}

/// Where a stream is written to.
package struct StreamHead: StoreValue, Equatable {
    /// The sequence number of the next record.
    package var next: UInt64
    /// The open shard's first, and since when it is open.
    package var shardFirst: UInt64
    package var shardCreated: Timestamp

    package init(next: UInt64, shardFirst: UInt64, shardCreated: Timestamp) {
        self.next = next
        self.shardFirst = shardFirst
        self.shardCreated = shardCreated
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.next)
        writer.uint(self.shardFirst)
        writer.timestamp(self.shardCreated)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.next = try reader.readUInt()
        self.shardFirst = try reader.readUInt()
        self.shardCreated = try reader.readTimestamp()
    }
}

/// One change of one item, as its stream tells it.
package struct StreamChange: StoreValue, Equatable {
    package enum Kind: UInt8, Sendable {
        case insert = 1
        case modify = 2
        case remove = 3

        package var name: String {
            switch self {
            case .insert: "INSERT"
            case .modify: "MODIFY"
            case .remove: "REMOVE"
            }
        }
    }

    package var kind: Kind
    /// Whether time to live has removed the item.
    package var isExpiry: Bool
    package var time: Timestamp
    package var keys: Item
    package var newImage: Item?
    package var oldImage: Item?

    package init(kind: Kind, isExpiry: Bool, time: Timestamp, keys: Item, newImage: Item?, oldImage: Item?) {
        self.kind = kind
        self.isExpiry = isExpiry
        self.time = time
        self.keys = keys
        self.newImage = newImage
        self.oldImage = oldImage
    }

    /// SizeBytes: of the keys and the images.
    package var size: Int { self.keys.size + (self.newImage?.size ?? 0) + (self.oldImage?.size ?? 0) }

    package func encode(into writer: inout RecordWriter) {
        writer.byte(self.kind.rawValue)
        writer.bool(self.isExpiry)
        writer.timestamp(self.time)
        writer.blob(self.keys.bytes)
        writer.optional(self.newImage) { $0.blob($1.bytes) }
        writer.optional(self.oldImage) { $0.blob($1.bytes) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.kind = try reader.readCode(Kind.self)
        self.isExpiry = try reader.readBool()
        self.time = try reader.readTimestamp()
        self.keys = try reader.readItem()
        self.newImage = try reader.readOptional { (reader) throws(RecordError) in try reader.readItem() }
        self.oldImage = try reader.readOptional { (reader) throws(RecordError) in try reader.readItem() }
    }
}

extension RecordReader {
    fileprivate mutating func readItem() throws(RecordError) -> Item {
        let bytes = try self.readBlob()
        do throws(ItemDamage) { return try Item(stored: bytes) } catch { throw self.error(.invalidValue) }
    }
}
