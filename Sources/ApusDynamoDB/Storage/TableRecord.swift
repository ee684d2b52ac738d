package import ApusBase
internal import ApusStore
package import DynamoDBExpressions
internal import DynamoDBItems

/// A table: all that a request needs to know of it.
package struct TableRecord: StoreValue, Equatable {
    package static var version: UInt8 { 7 }

    /// Never used again.
    package var id: UInt64
    /// TableId, a UUID.
    package var uuid: String
    package var created: Timestamp
    /// AttributeDefinitions, in the order in which they came.
    package var attributes: [KeyAttribute]
    package var hash: KeyAttribute
    package var sort: KeyAttribute?
    package var indexes: [IndexRecord] = []
    package var settings = TableSettings()
    package var stream: StreamSettings?
    /// The attribute that tells when an item expires; nil where none does.
    package var timeToLive: String?
    package var tags: [String: String] = [:]
    package var policy: PolicyRecord?
    /// Of the table and of its indexes.
    package var insights: [InsightsSettings] = []
    package var backups = TableBackups()
    package var capacity = CapacityHistory()
    package var replicas = TableReplicas()
    package var encryption = TableEncryption.ownedKey

    package init(
        id: UInt64, uuid: String, created: Timestamp, attributes: [KeyAttribute], hash: KeyAttribute,
        sort: KeyAttribute?
    ) {
        self.id = id
        self.uuid = uuid
        self.created = created
        self.attributes = attributes
        self.hash = hash
        self.sort = sort
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.string(self.uuid)
        writer.timestamp(self.created)
        writer.array(self.attributes) { $0.key($1) }
        writer.key(self.hash)
        writer.optional(self.sort) { $0.key($1) }
        writer.array(self.indexes) { $1.encode(into: &$0) }
        self.settings.encode(into: &writer)
        writer.optional(self.stream) { $1.encode(into: &$0) }
        writer.optional(self.timeToLive) { $0.string($1) }
        writer.stringMap(self.tags)
        writer.optional(self.policy) { $1.encode(into: &$0) }
        writer.array(self.insights) { $1.encode(into: &$0) }
        self.backups.encode(into: &writer)
        self.capacity.encode(into: &writer)
        self.replicas.encode(into: &writer)
        writer.byte(self.encryption.rawValue)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.uuid = try reader.readString()
        self.created = try reader.readTimestamp()
        self.attributes = try reader.readArray { (reader) throws(RecordError) in try reader.readKey() }
        self.hash = try reader.readKey()
        self.sort = try reader.readOptional { (reader) throws(RecordError) in try reader.readKey() }
        self.indexes = try reader.readArray { (reader) throws(RecordError) in try IndexRecord(from: &reader) }
        self.settings = try TableSettings(from: &reader)
        self.stream = try reader.readOptional { (reader) throws(RecordError) in try StreamSettings(from: &reader) }
        self.timeToLive = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.tags = try reader.readStringMap()
        guard version >= 2 else { return }
        self.policy = try reader.readOptional { (reader) throws(RecordError) in try PolicyRecord(from: &reader) }
        guard version >= 3 else { return }
        self.insights = try reader.readArray { (reader) throws(RecordError) in try InsightsSettings(from: &reader) }
        guard version >= 4 else { return }
        self.backups = try TableBackups(from: &reader)
        guard version >= 5 else { return }
        self.capacity = try CapacityHistory(from: &reader)
        guard version >= 6 else { return }
        self.replicas = try TableReplicas(from: &reader, version: version)
        guard version >= 7 else { return }
        self.encryption = try reader.readCode(TableEncryption.self)
    }
}

/// A secondary index.
package struct IndexRecord: Equatable, Sendable {
    package enum Kind: UInt8, Sendable { case local = 1, global = 2 }

    package enum Status: UInt8, Sendable {
        case active = 1
        /// Entries of the items from before the index are being made; those of changes are kept from the first on.
        case creating = 2
        /// In the answer to its deletion only.
        case deleting = 3
    }

    package enum Contents: Equatable, Sendable {
        case all
        case keysOnly
        case include([String])
    }

    /// Never used again.
    package var id: UInt64
    package var name: String
    package var kind: Kind
    package var hash: [KeyAttribute]
    package var sort: [KeyAttribute]
    package var contents: Contents
    package var status = Status.active
    package var throughput: Throughput?
    package var onDemand: OnDemandLimits?
    package var warm: Throughput?

    package init(
        id: UInt64, name: String, kind: Kind, hash: [KeyAttribute], sort: [KeyAttribute], contents: Contents
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.hash = hash
        self.sort = sort
        self.contents = contents
    }

    func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.string(self.name)
        writer.byte(self.kind.rawValue)
        writer.array(self.hash) { $0.key($1) }
        writer.array(self.sort) { $0.key($1) }
        switch self.contents {
        case .all: writer.byte(1)
        case .keysOnly: writer.byte(2)
        case .include(let names):
            writer.byte(3)
            writer.strings(names)
        }
        writer.byte(self.status.rawValue)
        writer.optional(self.throughput) { $1.encode(into: &$0) }
        writer.optional(self.onDemand) { $1.encode(into: &$0) }
        writer.optional(self.warm) { $1.encode(into: &$0) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.id = try reader.readUInt()
        self.name = try reader.readString()
        self.kind = try reader.readCode(Kind.self)
        self.hash = try reader.readArray { (reader) throws(RecordError) in try reader.readKey() }
        self.sort = try reader.readArray { (reader) throws(RecordError) in try reader.readKey() }
        switch try reader.readByte() {
        case 1: self.contents = .all
        case 2: self.contents = .keysOnly
        case 3: self.contents = .include(try reader.readStrings())
        default: throw reader.error(.invalidValue)
        }
        self.status = try reader.readCode(Status.self)
        self.throughput = try reader.readOptional { (reader) throws(RecordError) in try Throughput(from: &reader) }
        self.onDemand = try reader.readOptional { (reader) throws(RecordError) in try OnDemandLimits(from: &reader) }
        self.warm = try reader.readOptional { (reader) throws(RecordError) in try Throughput(from: &reader) }
    }
}

extension RecordWriter {
    mutating func key(_ key: KeyAttribute) {
        self.string(key.name)
        self.byte(key.type == .number ? 2 : key.type == .binary ? 3 : 1)
    }
}

extension RecordReader {
    mutating func readKey() throws(RecordError) -> KeyAttribute {
        let name = try self.readString()
        switch try self.readByte() {
        case 1: return KeyAttribute(name, .string)
        case 2: return KeyAttribute(name, .number)
        case 3: return KeyAttribute(name, .binary)
        default: throw self.error(.invalidValue)
        }
    }

    mutating func readCode<Code: RawRepresentable<UInt8>>(_ type: Code.Type) throws(RecordError) -> Code {
        guard let code = Code(rawValue: try self.readByte()) else { throw self.error(.invalidValue) }
        return code
    }
}
