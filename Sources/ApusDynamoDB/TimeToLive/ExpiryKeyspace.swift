package import ApusBase
package import ApusStore
internal import DynamoDBItems

// What time to live needs beside the items.
//
//     dynamoExpiry         time:8, table:8, hash:16, sort    when an item expires
//     dynamoExpiryFilling  table:8                           ExpiryTable: a table whose items expire, and how far its index is made

/// `5040, time, table, hash, sort`: an item that expires.
package struct ExpiryKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.dynamoExpiry
    package var time: Timestamp
    package var table: UInt64
    package var hash: [UInt8]
    package var sort: [UInt8]

    package init(time: Timestamp, item: ItemKey) {
        self.time = time
        (self.table, self.hash, self.sort) = (item.table, item.hash, item.sort)
    }

    package var item: ItemKey { ItemKey(table: self.table, hash: self.hash, sort: self.sort) }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.time.milliseconds)
        encoder.append(self.table)
        encoder.append(fixed: self.hash)
        encoder.append(fixed: self.sort)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.time = Timestamp(milliseconds: try decoder.readInt64())
        self.table = try decoder.readInteger()
        self.hash = try decoder.readFixed(count: KeyCode.hashBytes)
        self.sort = decoder.readRest()
    }
}

/// `5041, table`: a table whose items expire, by its id.
package struct ExpiryTableKey: StoreKey {
    package typealias Value = ExpiryTable
    package static let tag = KeyTag.dynamoExpiryFilling
    package var table: UInt64

    package init(table: UInt64) { self.table = table }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.table) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.table = try decoder.readInteger() }

    /// What tells the worker of a table whose items expire from now on.
    package static let channel = Channel(ExpiryTableKey(table: 0))
}

/// A table whose items expire.
package struct ExpiryTable: StoreValue, Equatable {
    package var table: TableReference
    /// Whether the items from before time to live was switched on have been looked at.
    package var isFilled: Bool
    /// The last of them that was; nil at the beginning.
    package var last: ItemKey?

    package init(table: TableReference, isFilled: Bool = false, last: ItemKey? = nil) {
        self.table = table
        self.isFilled = isFilled
        self.last = last
    }

    package func encode(into writer: inout RecordWriter) {
        writer.table(self.table)
        writer.bool(self.isFilled)
        writer.optional(self.last) { $0.itemKey($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.table = try reader.readTable()
        self.isFilled = try reader.readBool()
        self.last = try reader.readOptional { (reader) throws(RecordError) in try reader.readItemKey() }
    }
}
