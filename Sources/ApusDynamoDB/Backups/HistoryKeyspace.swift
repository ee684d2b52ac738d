package import ApusBase
package import ApusStore
package import DynamoDBItems

/// `5054, history, sequence`: an item as it was before a change.
package struct HistoryChangeKey: StoreKey {
    package typealias Value = HistoryChange
    package static let tag = KeyTag.dynamoHistoryChange
    package var history: UInt64
    package var sequence: UInt64

    package init(history: UInt64, sequence: UInt64) {
        self.history = history
        self.sequence = sequence
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.history)
        encoder.append(self.sequence)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.history = try decoder.readInteger()
        self.sequence = try decoder.readInteger()
    }

    package static func all(history: UInt64) -> KeyRange<HistoryChangeKey> { Self.range { $0.append(history) } }
}

/// A change: when it was, where, and what was there before. Times never go back within a history.
package struct HistoryChange: StoreValue, Equatable {
    package var time: Timestamp
    /// The table that it is in is said where it is used.
    package var place: ItemKey
    /// Without attributes where there was none.
    package var old: Item

    package init(time: Timestamp, at key: ItemKey, old: Item) {
        self.time = time
        self.place = key.moved(to: 0)
        self.old = old
    }

    package func encode(into writer: inout RecordWriter) {
        writer.timestamp(self.time)
        self.place.encode(place: &writer)
        writer.raw(self.old.bytes)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.time = try reader.readTimestamp()
        self.place = try ItemKey(place: &reader, in: 0)
        do throws(ItemDamage) { self.old = try Item(stored: reader.readRest()) } catch {
            throw reader.error(.invalidValue)
        }
    }
}

/// `5055, history`: where a history is written to.
package struct HistoryHeadKey: StoreKey {
    package typealias Value = HistoryHead
    package static let tag = KeyTag.dynamoHistoryHead
    package var history: UInt64

    package init(history: UInt64) { self.history = history }

    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.history) }

    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.history = try decoder.readInteger() }
}

/// The next change of a history, and the time of the last one.
package struct HistoryHead: StoreValue, Equatable {
    package var next: UInt64
    package var time: Timestamp

    package init(next: UInt64, time: Timestamp) {
        self.next = next
        self.time = time
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.next)
        writer.timestamp(self.time)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.next = try reader.readUInt()
        self.time = try reader.readTimestamp()
    }
}

/// `5056, time, history`: when the worker looks at a history next.
package struct HistoryDueKey: StoreKey {
    package typealias Value = HistoryOwner
    package static let tag = KeyTag.dynamoHistoryDue
    package var time: Timestamp
    package var history: UInt64

    package init(time: Timestamp, history: UInt64) {
        self.time = time
        self.history = history
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.time.milliseconds)
        encoder.append(self.history)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.time = Timestamp(milliseconds: try decoder.readInt64())
        self.history = try decoder.readInteger()
    }
}

/// The table of a history.
package struct HistoryOwner: StoreValue, Equatable {
    package var table: TableReference

    package init(table: TableReference) { self.table = table }

    package func encode(into writer: inout RecordWriter) { self.table.encode(into: &writer) }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.table = try TableReference(from: &reader)
    }
}
