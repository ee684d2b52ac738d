internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
///
/// Sequence tokens are ignored, as AWS does since 2023; the answer carries one all the same.
package enum PutLogEvents: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutLogEventsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(call.streamDemand("logs:PutLogEvents", group: input.logGroupName, stream: input.logStreamName))
    }

    package static func perform(_ input: PutLogEventsInput, in call: inout Call) throws(ServiceError)
        -> PutLogEventsOutput
    {
        let group = try call.group(input.logGroupName)
        let times = try self.checked(input.logEvents)
        let window = EventWindow(times: times, now: call.now, retentionDays: group.retentionDays)
        let taken = window.accepted.map { (time: times[$0], message: input.logEvents[$0].message) }
        if taken.isEmpty { _ = try call.stream(input.logStreamName, in: group) }
        try call.append(taken, to: input.logStreamName, of: input.logGroupName, in: group)
        let stream = try call.stream(input.logStreamName, in: group)
        return PutLogEventsOutput(
            nextSequenceToken: Self.token(stream.nextSequence), rejectedLogEventsInfo: Self.rejected(window))
    }

    /// The batch's times, once its size, span and order are right.
    private static func checked(_ events: [InputLogEvent]) throws(ServiceError) -> [Timestamp] {
        guard events.count <= LogsLimits.batchEvents else {
            throw LogsError.invalidParameter(
                "The maximum number of log events in a batch is \(LogsLimits.batchEvents).")
        }
        var bytes = 0
        var times: [Timestamp] = []
        times.reserveCapacity(events.count)
        for event in events {
            let size = event.message.utf8.count + LogsLimits.eventOverheadBytes
            guard size <= LogsLimits.eventBytes else {
                throw LogsError.invalidParameter(
                    "Log event too large: \(size) bytes exceeds limit of \(LogsLimits.eventBytes)")
            }
            bytes += size
            let time = Timestamp(milliseconds: Int64(event.timestamp))
            if let last = times.last, time < last {
                throw LogsError.invalidParameter(
                    "Log events in a single PutLogEvents request must be in chronological order.")
            }
            times.append(time)
        }
        guard bytes <= LogsLimits.batchBytes else {
            throw LogsError.invalidParameter(
                "Upload too large: \(bytes) bytes exceeds limit of \(LogsLimits.batchBytes)")
        }
        if let first = times.first, let last = times.last, last - first > LogsLimits.batchSpanMilliseconds {
            throw LogsError.invalidParameter(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        }
        return times
    }

    private static func token(_ sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: max(0, 56 - digits.count)) + digits
    }

    private static func rejected(_ window: EventWindow) -> RejectedLogEventsInfo? {
        if window.tooOldEnd == nil, window.expiredEnd == nil, window.tooNewStart == nil { return nil }
        return RejectedLogEventsInfo(
            tooNewLogEventStartIndex: window.tooNewStart, tooOldLogEventEndIndex: window.tooOldEnd,
            expiredLogEventEndIndex: window.expiredEnd)
    }
}
