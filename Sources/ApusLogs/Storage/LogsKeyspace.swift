package import ApusBase
package import ApusStore

/// `3001, account, region, name`: a log group by its name.
package struct LogGroupKey: RegionalKey {
    package typealias Value = LogGroupRecord
    package static let tag = KeyTag.logsGroup
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    /// The groups of one account in one region whose names begin so.
    package static func all(account: String, region: String, prefix: String = "") -> KeyRange<LogGroupKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
            encoder.append(fixed: Array(prefix.utf8))
        }
    }
}

/// `3002, group, name`: a log stream by its name.
package struct LogStreamKey: StoreKey {
    package typealias Value = LogStreamRecord
    package static let tag = KeyTag.logsStream
    package var group: UInt64
    package var name: String

    package init(group: UInt64, name: String) {
        self.group = group
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.name = try decoder.readString()
    }

    /// The streams of a group whose names begin so.
    package static func all(group: UInt64, prefix: String = "") -> KeyRange<LogStreamKey> {
        Self.range { encoder in
            encoder.append(group)
            encoder.append(fixed: Array(prefix.utf8))
        }
    }
}

/// `3003, group, time of the last event (0: none), name`: streams in the order of their last events.
package struct LogStreamByTimeKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.logsStreamByTime
    package var group: UInt64
    package var lastEvent: Timestamp
    package var name: String

    package init(group: UInt64, lastEvent: Timestamp, name: String) {
        self.group = group
        self.lastEvent = lastEvent
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.lastEvent.milliseconds)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.lastEvent = Timestamp(milliseconds: try decoder.readInt64())
        self.name = try decoder.readString()
    }

    package static func all(group: UInt64) -> KeyRange<LogStreamByTimeKey> { Self.range { $0.append(group) } }
}

/// `3004, group, stream`: the name of a stream by its id, for answers that come from the index by time.
package struct LogStreamNameKey: StoreKey {
    package typealias Value = LogStreamNameRecord
    package static let tag = KeyTag.logsStreamName
    package var group: UInt64
    package var stream: UInt64

    package init(group: UInt64, stream: UInt64) {
        self.group = group
        self.stream = stream
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.stream)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.stream = try decoder.readInteger()
    }

    package static func all(group: UInt64) -> KeyRange<LogStreamNameKey> { Self.range { $0.append(group) } }
}

/// `3010, group, stream, time, sequence`: an event in its stream.
package struct LogEventKey: StoreKey {
    package typealias Value = LogEventRecord
    package static let tag = KeyTag.logsEvent
    package var group: UInt64
    package var stream: UInt64
    package var time: Timestamp
    /// Counts the stream's events in the order in which they came.
    package var sequence: UInt64

    package init(group: UInt64, stream: UInt64, time: Timestamp, sequence: UInt64) {
        self.group = group
        self.stream = stream
        self.time = time
        self.sequence = sequence
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.stream)
        encoder.append(self.time.milliseconds)
        encoder.append(self.sequence)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.stream = try decoder.readInteger()
        self.time = Timestamp(milliseconds: try decoder.readInt64())
        self.sequence = try decoder.readInteger()
    }

    package static func all(group: UInt64) -> KeyRange<LogEventKey> { Self.range { $0.append(group) } }
    package static func all(group: UInt64, stream: UInt64) -> KeyRange<LogEventKey> {
        Self.range { encoder in
            encoder.append(group)
            encoder.append(stream)
        }
    }
}

/// `3011, group, time, stream, sequence`: the events of a group over all its streams, in time.
package struct LogEventByTimeKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.logsEventByTime
    package var group: UInt64
    package var time: Timestamp
    package var stream: UInt64
    package var sequence: UInt64

    package init(group: UInt64, time: Timestamp, stream: UInt64, sequence: UInt64) {
        self.group = group
        self.time = time
        self.stream = stream
        self.sequence = sequence
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.time.milliseconds)
        encoder.append(self.stream)
        encoder.append(self.sequence)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.time = Timestamp(milliseconds: try decoder.readInt64())
        self.stream = try decoder.readInteger()
        self.sequence = try decoder.readInteger()
    }

    /// The event that the index entry stands for.
    package var event: LogEventKey {
        LogEventKey(group: self.group, stream: self.stream, time: self.time, sequence: self.sequence)
    }

    package static func all(group: UInt64) -> KeyRange<LogEventByTimeKey> { Self.range { $0.append(group) } }
}

/// `3012, group, stream`: a deleted stream whose events are still to be removed.
package struct DeletedLogStreamKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.logsDeleted
    package var group: UInt64
    package var stream: UInt64

    package init(group: UInt64, stream: UInt64) {
        self.group = group
        self.stream = stream
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.group)
        encoder.append(self.stream)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.group = try decoder.readInteger()
        self.stream = try decoder.readInteger()
    }
}
