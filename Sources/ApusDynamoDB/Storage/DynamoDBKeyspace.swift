package import ApusBase
package import ApusStore
package import DynamoDBItems

// Where everything of DynamoDB lies. A table's id is never used again, so a table made anew under a name shows nothing of the old.
//
//     dynamoTable        account, region, name                TableRecord: schema, indexes, settings, tags
//     dynamoFilling      index:8                              FillingRecord: an index that is filled with the items of before it
//     dynamoItem         table:8, hash:16, sort               an item; sort as `KeyCode.ordered`, to the key's end
//     dynamoIndexEntry   index:8, hash:16, sort…, base:16     what the index projects of an item; each sort value ended
//     dynamoToken        account, region, token               TransactionTokenRecord: a transaction that was done lately
//     dynamoTokenExpiry  time:8, account, region, token       when it is forgotten
//
// `hash` is `KeyCode.hash` of the hash key, so items lie in an order that nobody can foresee, as in AWS's partitions, and keys are
// short. A sort key of the table needs no end, since nothing follows it. `base` stands for the item's key in the table.

/// `5001, account, region, name`: a table by its name.
package struct TableKey: RegionalKey {
    package typealias Value = TableRecord
    package static let tag = KeyTag.dynamoTable
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }
}

/// `5010, table, hash, sort`: an item.
package struct ItemKey: StoreKey {
    package typealias Value = StoredItem
    package static let tag = KeyTag.dynamoItem
    package var table: UInt64
    /// 16 bytes.
    package var hash: [UInt8]
    /// Empty where the table has no sort key.
    package var sort: [UInt8]

    package init(table: UInt64, hash: [UInt8], sort: [UInt8]) {
        self.table = table
        self.hash = hash
        self.sort = sort
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.table)
        encoder.append(fixed: self.hash)
        encoder.append(fixed: self.sort)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.table = try decoder.readInteger()
        self.hash = try decoder.readFixed(count: KeyCode.hashBytes)
        self.sort = decoder.readRest()
    }

    /// All items of a table.
    package static func all(table: UInt64) -> KeyRange<ItemKey> { Self.range { $0.append(table) } }

    /// The items of one hash key.
    package static func collection(table: UInt64, hash: [UInt8]) -> KeyRange<ItemKey> {
        Self.range { encoder in
            encoder.append(table)
            encoder.append(fixed: hash)
        }
    }

    /// What stands for the key in entries of indexes: 16 bytes.
    package var base: [UInt8] {
        Array(Digest.sha256(self.hash + self.sort).prefix(KeyCode.hashBytes))
    }
}

/// `5011, index, hash, sort…, base`: an entry of a secondary index.
package struct IndexEntryKey: StoreKey {
    package typealias Value = StoredItem
    package static let tag = KeyTag.dynamoIndexEntry
    package var index: UInt64
    /// 16 bytes: of the one hash value, or of all together.
    package var hash: [UInt8]
    /// One for each sort attribute.
    package var sort: [[UInt8]]
    /// `ItemKey.base` of the item, 16 bytes.
    package var base: [UInt8]

    package init(index: UInt64, hash: [UInt8], sort: [[UInt8]], base: [UInt8]) {
        self.index = index
        self.hash = hash
        self.sort = sort
        self.base = base
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.index)
        encoder.append(fixed: self.hash)
        for value in self.sort { encoder.append(value) }
        encoder.append(fixed: self.base)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.index = try decoder.readInteger()
        self.hash = try decoder.readFixed(count: KeyCode.hashBytes)
        self.sort = []
        while decoder.remaining > KeyCode.hashBytes { self.sort.append(try decoder.readBytes()) }
        self.base = try decoder.readFixed(count: KeyCode.hashBytes)
    }

    /// All entries of an index.
    package static func all(index: UInt64) -> KeyRange<IndexEntryKey> { Self.range { $0.append(index) } }
}

/// An item, or what an index projects of one: `Item.bytes`, to the record's end.
package struct StoredItem: StoreValue, Equatable {
    package var item: Item

    package init(_ item: Item) { self.item = item }

    package func encode(into writer: inout RecordWriter) { writer.raw(self.item.bytes) }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        do throws(ItemDamage) { self.item = try Item(stored: reader.readRest()) } catch {
            throw reader.error(.invalidValue)
        }
    }
}

/// `5002, index`: an index that is still to be filled.
package struct FillingKey: StoreKey {
    package typealias Value = FillingRecord
    package static let tag = KeyTag.dynamoFilling
    package var index: UInt64

    package init(index: UInt64) { self.index = index }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.index) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.index = try decoder.readInteger() }

    /// What tells the worker that there is an index to fill.
    package static let channel = Channel(FillingKey(index: 0))
}

/// How far an index is filled.
package struct FillingRecord: StoreValue, Equatable {
    package var table: TableReference
    /// The last item that was looked at; nil at the beginning.
    package var last: ItemKey?

    package init(table: TableReference, last: ItemKey? = nil) {
        self.table = table
        self.last = last
    }

    package func encode(into writer: inout RecordWriter) {
        writer.table(self.table)
        writer.optional(self.last) { $0.itemKey($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.table = try reader.readTable()
        self.last = try reader.readOptional { (reader) throws(RecordError) in try reader.readItemKey() }
    }
}
