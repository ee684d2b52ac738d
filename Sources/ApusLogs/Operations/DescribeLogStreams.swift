internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
package enum DescribeLogStreams: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: DescribeLogStreamsInput, in call: inout Call) throws(ServiceError) -> Demands {
        let group = try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier)
        return call.groupDemand("logs:DescribeLogStreams", group)
    }

    package static func perform(
        _ input: DescribeLogStreamsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeLogStreamsOutput {
        let name = try LogsName.group(name: input.logGroupName, identifier: input.logGroupIdentifier)
        let group = try call.group(name)
        let limit = min(input.limit ?? LogsLimits.pageResources, LogsLimits.pageResources)
        let direction: ScanDirection = input.descending == true ? .backward : .forward
        let page: (names: [String], next: String?)
        if input.orderBy == "LastEventTime" {
            guard input.logStreamNamePrefix == nil else {
                throw LogsError.invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
            }
            page = try self.byTime(group, input.nextToken, direction, limit, in: &call)
        } else {
            page = try self.byName(group, input, direction, limit, in: &call)
        }
        var streams: [LogStream] = []
        for stream in page.names {
            guard let record = try call.get(LogStreamKey(group: group.id, name: stream)) else { continue }
            let arn = LogsName.streamARN(stream, group: name, account: call.account, region: call.region)
            streams.append(self.shape(stream, record, arn))
        }
        return DescribeLogStreamsOutput(logStreams: streams, nextToken: page.next)
    }

    private static func byName(
        _ group: LogGroupRecord, _ input: DescribeLogStreamsInput, _ direction: ScanDirection, _ limit: Int,
        in call: inout Call
    ) throws(ServiceError) -> (names: [String], next: String?) {
        var range = LogStreamKey.all(group: group.id, prefix: input.logStreamNamePrefix ?? "")
        if let token = input.nextToken {
            let key = LogStreamKey(group: group.id, name: token)
            range = direction == .forward ? range.after(key) : range.before(key)
        }
        let found = try call.page(range, direction: direction, limit: limit + 1).map { $0.key.name }
        return (Array(found.prefix(limit)), found.count > limit ? found[limit - 1] : nil)
    }

    private static func byTime(
        _ group: LogGroupRecord, _ token: String?, _ direction: ScanDirection, _ limit: Int, in call: inout Call
    ) throws(ServiceError) -> (names: [String], next: String?) {
        var range = LogStreamByTimeKey.all(group: group.id)
        if let token {
            // The place is `time/name`.
            let parts = token.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let time = Int64(parts[0]) else {
                throw LogsError.invalidParameter("The specified nextToken is invalid.")
            }
            let key = LogStreamByTimeKey(
                group: group.id, lastEvent: Timestamp(milliseconds: time), name: String(parts[1]))
            range = direction == .forward ? range.after(key) : range.before(key)
        }
        let found = try call.page(range, direction: direction, limit: limit + 1).map { $0.key }
        let last = found.count > limit ? found[limit - 1] : nil
        return (found.prefix(limit).map(\.name), last.map { "\($0.lastEvent.milliseconds)/\($0.name)" })
    }

    private static func shape(_ name: String, _ record: LogStreamRecord, _ arn: ARN) -> LogStream {
        LogStream(
            logStreamName: name, creationTime: Int(record.created.milliseconds),
            firstEventTimestamp: record.firstEvent.map { Int($0.milliseconds) },
            lastEventTimestamp: record.lastEvent.map { Int($0.milliseconds) },
            lastIngestionTime: record.lastIngestion.map { Int($0.milliseconds) }, arn: arn.description, storedBytes: 0)
    }
}
