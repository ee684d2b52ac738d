package import ApusBase
package import ApusService
internal import ApusStore

/// What several operations of Logs do with groups, streams and events.
extension Call {
    package func groupKey(_ name: String) -> LogGroupKey {
        LogGroupKey(account: self.account, region: self.region, name: name)
    }

    /// The demand on a group. AWS names groups in decisions with an empty stream.
    package func groupDemand(_ action: String, _ group: String) -> Demands {
        Demands(self.streamDemand(action, group: group, stream: ""))
    }

    package func streamDemand(_ action: String, group: String, stream: String) -> Demand {
        Demand(
            action, on: LogsName.streamARN(stream, group: group, account: self.account, region: self.region),
            account: self.account)
    }

    package mutating func group(_ name: String) throws(ServiceError) -> LogGroupRecord {
        guard let group = try self.get(self.groupKey(name)) else {
            throw LogsError.resourceNotFound("The specified log group does not exist.")
        }
        return group
    }

    package mutating func stream(_ name: String, in group: LogGroupRecord) throws(ServiceError) -> LogStreamRecord {
        guard let stream = try self.get(LogStreamKey(group: group.id, name: name)) else {
            throw LogsError.resourceNotFound("The specified log stream does not exist.")
        }
        return stream
    }

    package mutating func createGroup(_ name: String, tags: [String: String] = [:], logGroupClass: String = "STANDARD")
        throws(ServiceError) -> LogGroupRecord
    {
        let key = self.groupKey(name)
        guard try !self.contains(key) else {
            throw LogsError.resourceAlreadyExists("The specified log group already exists")
        }
        let group = LogGroupRecord(
            id: self.entropy.nextUInt64(), created: self.now, tags: tags, logGroupClass: logGroupClass)
        try self.put(key, group)
        return group
    }

    package mutating func createStream(_ name: String, in group: LogGroupRecord) throws(ServiceError) -> LogStreamRecord
    {
        let key = LogStreamKey(group: group.id, name: name)
        guard try !self.contains(key) else {
            throw LogsError.resourceAlreadyExists("The specified log stream already exists")
        }
        let stream = LogStreamRecord(id: self.entropy.nextUInt64(), created: self.now)
        try self.put(key, stream)
        try self.put(LogStreamNameKey(group: group.id, stream: stream.id), LogStreamNameRecord(name: name))
        try self.put(Self.byTime(stream, name, in: group), Presence())
        return stream
    }

    /// Hides the stream and its events at once; a worker removes the events.
    package mutating func deleteStream(_ name: String, in group: LogGroupRecord) throws(ServiceError) {
        let stream = try self.stream(name, in: group)
        try self.delete(LogStreamKey(group: group.id, name: name))
        try self.delete(LogStreamNameKey(group: group.id, stream: stream.id))
        try self.delete(Self.byTime(stream, name, in: group))
        try self.put(DeletedLogStreamKey(group: group.id, stream: stream.id), Presence())
    }

    /// Adds events to a stream, moves it in the order by time, and leaves them for those who subscribe to the group, all in one
    /// transaction; Live Tail sessions are told after it. Events come in the order of their times.
    package mutating func append(
        _ events: [(time: Timestamp, message: String)], to name: String, of groupName: String, in group: LogGroupRecord
    ) throws(ServiceError) {
        guard let first = events.first, let last = events.last else { return }
        var stream = try self.stream(name, in: group)
        try self.delete(Self.byTime(stream, name, in: group))
        for event in events {
            let key = LogEventKey(group: group.id, stream: stream.id, time: event.time, sequence: stream.nextSequence)
            try self.put(key, LogEventRecord(message: event.message, ingested: self.now))
            try self.put(
                LogEventByTimeKey(group: key.group, time: key.time, stream: key.stream, sequence: key.sequence),
                Presence())
            stream.nextSequence += 1
        }
        stream.firstEvent = min(stream.firstEvent ?? first.time, first.time)
        stream.lastEvent = max(stream.lastEvent ?? last.time, last.time)
        stream.lastIngestion = self.now
        try self.put(LogStreamKey(group: group.id, name: name), stream)
        try self.put(Self.byTime(stream, name, in: group), Presence())
        let ids = EventID(
            time: first.time, stream: stream.id, sequence: stream.nextSequence - UInt64(events.count))
        try self.deliver(events, from: ids, of: name, in: groupName, group)
        self.tell(events, of: name, in: groupName, group)
    }

    private static func byTime(_ stream: LogStreamRecord, _ name: String, in group: LogGroupRecord)
        -> LogStreamByTimeKey
    {
        LogStreamByTimeKey(group: group.id, lastEvent: stream.lastEvent ?? Timestamp(milliseconds: 0), name: name)
    }
}
