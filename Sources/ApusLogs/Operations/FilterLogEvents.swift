internal import ApusBase
package import ApusService
internal import ApusStore
internal import LogPattern

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
///
/// Walks the group's index by time. A call that has looked at `LogsLimits.scannedPerCall` entries, or has gone over as many bytes
/// of messages as `LogsLimits.scannedBytesPerCall`, answers what it found so far with a token, as AWS does when a search takes
/// long. `interleaved` changes nothing: the events of all streams come in the order of their times, as AWS does since 2019.
package enum FilterLogEvents: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: FilterLogEventsInput, in call: inout Call) throws(ServiceError) -> Demands {
        let group = try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier)
        return call.groupDemand("logs:FilterLogEvents", group)
    }

    package static func perform(
        _ input: FilterLogEventsInput, in call: inout Call
    ) throws(ServiceError) -> FilterLogEventsOutput {
        let group = try call.group(try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier))
        if input.logStreamNames != nil, input.logStreamNamePrefix != nil {
            throw LogsError.invalidParameter("logStreamNames and logStreamNamePrefix cannot both be specified.")
        }
        var search = Search(
            pattern: try LogPattern.compile(input.filterPattern ?? ""),
            limit: min(input.limit ?? LogsLimits.pageEvents, LogsLimits.pageEvents), prefix: input.logStreamNamePrefix)
        if let names = input.logStreamNames {
            search.streams = []
            for name in names {
                let stream = try call.stream(name, in: group)
                search.streams?.insert(stream.id)
            }
        }
        let next = try search.run(try self.range(input, group), in: &call)
        return FilterLogEventsOutput(events: search.events, searchedLogStreams: [], nextToken: next?.text)
    }

    private static func range(
        _ input: FilterLogEventsInput, _ group: LogGroupRecord
    ) throws(ServiceError) -> KeyRange<LogEventByTimeKey> {
        func key(_ milliseconds: Int) -> LogEventByTimeKey {
            LogEventByTimeKey(
                group: group.id, time: Timestamp(milliseconds: Int64(milliseconds)), stream: 0, sequence: 0)
        }
        var range = LogEventByTimeKey.all(group: group.id)
        if let start = input.startTime { range = range.from(key(start)) }
        // The end is included: AWS answers events "with a timestamp later than this time" no more.
        if let end = input.endTime, end < Int.max { range = range.before(key(end + 1)) }
        if let text = input.nextToken {
            guard let token = PageToken(text) else {
                throw LogsError.invalidParameter("The specified nextToken is invalid.")
            }
            range = range.after(
                LogEventByTimeKey(
                    group: group.id, time: token.time, stream: token.stream, sequence: token.sequence))
        }
        return range
    }

    /// One call's walk over the index.
    private struct Search {
        let pattern: LogPattern
        let limit: Int
        let prefix: String?
        var streams: Set<UInt64>?
        var events: [FilteredLogEvent] = []
        private var names: [UInt64: String] = [:]
        private var bytes = 0
        private var scannedBytes = 0

        init(pattern: LogPattern, limit: Int, prefix: String?) {
            self.pattern = pattern
            self.limit = limit
            self.prefix = prefix
        }

        /// The place to go on from, or nil when the range is done.
        mutating func run(
            _ range: KeyRange<LogEventByTimeKey>, in call: inout Call
        ) throws(ServiceError) -> PageToken? {
            var rest = range
            var scanned = 0
            while scanned < LogsLimits.scannedPerCall {
                let page = try call.page(rest, limit: 500)
                for (key, _) in page {
                    scanned += 1
                    try self.look(at: key, in: &call)
                    if self.events.count >= self.limit || self.bytes >= LogsLimits.pageBytes
                        || self.scannedBytes >= LogsLimits.scannedBytesPerCall
                    {
                        return PageToken(time: key.time, stream: key.stream, sequence: key.sequence)
                    }
                }
                guard page.count == 500, let last = page.last?.key else { return nil }
                rest = rest.after(last)
                if scanned >= LogsLimits.scannedPerCall {
                    return PageToken(time: last.time, stream: last.stream, sequence: last.sequence)
                }
            }
            return nil
        }

        private mutating func look(at key: LogEventByTimeKey, in call: inout Call) throws(ServiceError) {
            if let streams = self.streams, !streams.contains(key.stream) { return }
            let name: String
            if let known = self.names[key.stream] {
                name = known
            } else {
                // A deleted stream has no name; its events are on their way out.
                name = try call.get(LogStreamNameKey(group: key.group, stream: key.stream))?.name ?? ""
                self.names[key.stream] = name
            }
            if name.isEmpty { return }
            if let prefix = self.prefix, !name.hasPrefix(prefix) { return }
            guard let event = try call.get(key.event) else { return }
            self.scannedBytes += event.message.utf8.count * self.pattern.passes
            guard self.pattern.matches(event.message) else { return }
            self.bytes += event.message.utf8.count + LogsLimits.eventOverheadBytes
            self.events.append(
                FilteredLogEvent(
                    logStreamName: name, timestamp: Int(key.time.milliseconds), message: event.message,
                    ingestionTime: Int(event.ingested.milliseconds),
                    eventId: EventID(time: key.time, stream: key.stream, sequence: key.sequence).description))
        }
    }
}
