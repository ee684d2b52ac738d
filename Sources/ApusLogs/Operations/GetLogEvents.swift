internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
///
/// Tokens name a place in the stream and a direction: `f/…` the events after it, `b/…` those before it. A token that leads
/// nowhere answers itself, which tells the caller that the end is reached.
package enum GetLogEvents: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetLogEventsInput, in call: inout Call) throws(ServiceError) -> Demands {
        let group = try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier)
        return Demands(call.streamDemand("logs:GetLogEvents", group: group, stream: input.logStreamName))
    }

    package static func perform(_ input: GetLogEventsInput, in call: inout Call) throws(ServiceError) -> GetLogEventsOutput {
        let group = try call.group(try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier))
        let stream = try call.stream(input.logStreamName, in: group)
        let place = try input.nextToken.map { (text) throws(ServiceError) in try Place(text) }
        var range = LogEventKey.all(group: group.id, stream: stream.id)
        if let start = input.startTime {
            range = range.from(LogEventKey(
                group: group.id, stream: stream.id, time: Timestamp(milliseconds: Int64(start)), sequence: 0))
        }
        if let end = input.endTime {
            range = range.before(LogEventKey(
                group: group.id, stream: stream.id, time: Timestamp(milliseconds: Int64(end)), sequence: 0))
        }
        var forward = input.startFromHead ?? false
        if let place {
            let key = LogEventKey(group: group.id, stream: stream.id, time: place.token.time, sequence: place.token.sequence)
            range = place.isForward ? range.from(key) : range.before(key)
            forward = place.isForward
        }
        var found = try self.read(range, forward: forward, limit: input.limit ?? LogsLimits.pageEvents, in: &call)
        if !forward { found.reverse() }
        return self.output(found, input, place)
    }

    private static func read(
        _ range: KeyRange<LogEventKey>, forward: Bool, limit: Int, in call: inout Call
    ) throws(ServiceError) -> [(key: LogEventKey, value: LogEventRecord)] {
        var found: [(key: LogEventKey, value: LogEventRecord)] = []
        var bytes = 0
        let limit = min(limit, LogsLimits.pageEvents)
        try call.scan(range, direction: forward ? .forward : .backward) { (key, value) throws(StoreError) in
            bytes += value.message.utf8.count + LogsLimits.eventOverheadBytes
            if bytes > LogsLimits.pageBytes, !found.isEmpty { return .stop }
            found.append((key, value))
            return found.count < limit ? .next : .stop
        }
        return found
    }

    /// A token of this operation: the place before which or from which on the next page lies.
    private struct Place {
        var isForward: Bool
        var token: PageToken

        init(_ text: String) throws(ServiceError) {
            guard text.hasPrefix("f/") || text.hasPrefix("b/"), let token = PageToken(text.dropFirst(2)) else {
                throw LogsError.invalidParameter("The specified nextToken is invalid.")
            }
            self.isForward = text.hasPrefix("f/")
            self.token = token
        }
    }

    private static func output(
        _ found: [(key: LogEventKey, value: LogEventRecord)], _ input: GetLogEventsInput, _ place: Place?
    ) -> GetLogEventsOutput {
        let events = found.map { key, value in
            OutputLogEvent(
                timestamp: Int(key.time.milliseconds), message: value.message,
                ingestionTime: Int(value.ingested.milliseconds))
        }
        let start = Timestamp(milliseconds: Int64(input.startTime ?? 0))
        let here = place?.token ?? PageToken(time: start, stream: 0, sequence: 0)
        let after = found.last.map { PageToken(time: $0.key.time, stream: 0, sequence: $0.key.sequence + 1) } ?? here
        let before = found.first.map { PageToken(time: $0.key.time, stream: 0, sequence: $0.key.sequence) } ?? here
        return GetLogEventsOutput(
            events: events, nextForwardToken: "f/" + after.text, nextBackwardToken: "b/" + before.text)
    }
}
