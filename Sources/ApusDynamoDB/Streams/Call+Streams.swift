internal import ApusBase
package import ApusService
internal import ApusStore
internal import DynamoDBItems

extension TableRecord {
    /// Never used again, since neither the table's id nor a label of its streams is.
    package func streamID(_ label: String) -> UInt64 {
        var input = RecordWriter()
        input.uint(self.id)
        input.string(label)
        return Digest.sha256(input.bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension Call {
    // MARK: Opening and closing

    /// The label of a stream that begins now: its time, or the first one behind it that no stream of a table of this name has. A
    /// replica may go and come again within a millisecond.
    package mutating func newStreamLabel(of table: TableReference) throws(ServiceError) -> String {
        var time = self.now
        while try self.contains(StreamName(table: table, label: TableRules.streamLabel(time)).key) { time = time + 1 }
        return TableRules.streamLabel(time)
    }

    /// Begins the stream that the table's settings name, where it is not there yet.
    package mutating func openStream(of table: OpenTable) throws(ServiceError) {
        guard let settings = table.record.stream, settings.isEnabled else { return }
        let name = StreamName(table: table.reference, label: settings.label)
        guard try !self.contains(name.key) else { return }
        let id = table.record.streamID(settings.label)
        let record = TableStreamRecord(
            id: id, view: settings.view, hash: table.record.hash, sort: table.record.sort, created: self.now)
        try self.put(name.key, record)
        try self.put(StreamHeadKey(stream: id), StreamHead(next: 1, shardFirst: 1, shardCreated: self.now))
        try self.put(StreamDueKey(time: self.now + StreamLimits.lookMilliseconds, stream: id), name)
        self.signal(StreamDueKey.channel)
    }

    /// Ends the table's stream: it can be read for a day, and no record follows.
    package mutating func closeStream(of table: OpenTable) throws(ServiceError) {
        guard let settings = table.record.stream else { return }
        let key = StreamName(table: table.reference, label: settings.label).key
        guard var record = try self.get(key), record.ended == nil else { return }
        let headKey = StreamHeadKey(stream: record.id)
        record.closeShard(before: try self.get(headKey)?.next ?? 1)
        record.ended = self.now
        try self.put(key, record)
        self.signal(headKey.channel)
    }

    // MARK: Writing

    /// Writes down a change for the table's stream, in the change's own transaction.
    package mutating func tell(_ change: ItemChange, to table: OpenTable) throws(ServiceError) {
        guard let settings = table.record.stream, settings.isEnabled, let item = change.new ?? change.old else {
            return
        }
        let id = table.record.streamID(settings.label)
        let headKey = StreamHeadKey(stream: id)
        var found = try self.get(headKey)
        if found == nil {
            try self.openStream(of: table)
            found = try self.get(headKey)
        }
        guard var head = found else { return }
        if head.shardFirst < head.next, self.now - head.shardCreated >= StreamLimits.shardMilliseconds {
            try self.rollShard(StreamName(table: table.reference, label: settings.label), &head)
        }
        let record = StreamChange(
            kind: change.old == nil ? .insert : change.new == nil ? .remove : .modify,
            isExpiry: change.cause == .timeToLive,
            time: self.now, keys: table.record.keyItem(of: item),
            newImage: settings.view.hasNewImage ? change.new : nil,
            oldImage: settings.view.hasOldImage ? change.old : nil)
        try self.put(StreamChangeKey(stream: id, sequence: head.next), record)
        head.next += 1
        try self.put(headKey, head)
        self.signal(headKey.channel)
    }

    /// Ends the open shard and begins its child.
    private mutating func rollShard(_ name: StreamName, _ head: inout StreamHead) throws(ServiceError) {
        guard var record = try self.get(name.key), let parent = record.shards.last?.id else { return }
        record.closeShard(before: head.next)
        record.shards.append(TableStreamRecord.Shard(first: head.next, created: self.now, parent: parent))
        head.shardFirst = head.next
        head.shardCreated = self.now
        try self.put(name.key, record)
    }

    // MARK: Reading

    /// The records of a shard from `next` on, up to `limit` and a megabyte.
    package mutating func changes(
        of record: TableStreamRecord, in shard: TableStreamRecord.Shard, from next: UInt64, limit: Int
    ) throws(ServiceError) -> [(sequence: UInt64, change: StreamChange)] {
        var found: [(sequence: UInt64, change: StreamChange)] = []
        var bytes = 0
        let all = StreamChangeKey.all(stream: record.id)
        let start = max(next, shard.first)
        guard start <= shard.last ?? .max else { return [] }
        try self.scan(all.from(StreamChangeKey(stream: record.id, sequence: start))) { key, change in
            if let last = shard.last, key.sequence > last { return .stop }
            let size = change.size
            if !found.isEmpty, bytes + size > StreamLimits.readBytes { return .stop }
            bytes += size
            found.append((key.sequence, change))
            return found.count < limit ? .next : .stop
        }
        return found
    }

    /// The oldest record that is still there; the next one to come where there is none.
    package mutating func oldest(of record: TableStreamRecord) throws(ServiceError) -> UInt64 {
        if let first = try self.first(StreamChangeKey.all(stream: record.id)) { return first.key.sequence }
        return try self.get(StreamHeadKey(stream: record.id))?.next ?? 1
    }
}

extension StreamSettings.View {
    fileprivate var hasNewImage: Bool { self == .newImage || self == .newAndOldImages }
    fileprivate var hasOldImage: Bool { self == .oldImage || self == .newAndOldImages }
}
