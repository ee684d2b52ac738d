package import ApusBase
package import ApusService

/// The events that functions and destinations get for a stream's records.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
package enum StreamEvent {
    /// The tumbling window that an event belongs to.
    package struct Window: Sendable, Equatable {
        package var start: Timestamp
        package var end: Timestamp
        package var shard: String
        package var streamARN: String
        /// JSON; empty: none yet.
        package var state: [UInt8]
        package var isFinal: Bool
        package var isEarly: Bool

        package init(
            start: Timestamp, end: Timestamp, shard: String, streamARN: String, state: [UInt8], isFinal: Bool,
            isEarly: Bool = false
        ) {
            self.start = start
            self.end = end
            self.shard = shard
            self.streamARN = streamARN
            self.state = state
            self.isFinal = isFinal
            self.isEarly = isEarly
        }
    }

    package static func json(_ records: some Collection<StreamRecord>, window: Window? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Records")
        writer.beginArray()
        for record in records { writer.raw(record.json) }
        writer.endArray()
        if let window {
            writer.key("window")
            writer.beginObject()
            writer.key("start")
            writer.string(window.start.iso8601Seconds)
            writer.key("end")
            writer.string(window.end.iso8601Seconds)
            writer.endObject()
            writer.key("state")
            writer.raw(window.state.isEmpty ? Array("{}".utf8) : window.state)
            writer.key("shardId")
            writer.string(window.shard)
            writer.key("eventSourceARN")
            writer.string(window.streamARN)
            writer.key("isFinalInvokeForWindow")
            writer.bool(window.isFinal)
            writer.key("isWindowTerminatedEarly")
            writer.bool(window.isEarly)
        }
        writer.endObject()
        return writer.bytes
    }

    /// What the destination for failures gets: where the records are, not the records.
    package static func failure(
        _ records: ArraySlice<StreamRecord>, of mapping: StreamMapping, shard: String,
        condition: LaneMachine.Condition, invocations: Int, outcome: InvocationOutcome?, requestID: String,
        time: Timestamp
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("requestContext")
        writer.beginObject()
        writer.key("requestId")
        writer.string(requestID)
        writer.key("functionArn")
        writer.string(mapping.function.arn(qualifier: mapping.qualifier))
        writer.key("condition")
        writer.string(condition.rawValue)
        writer.key("approximateInvokeCount")
        writer.int(invocations)
        writer.endObject()
        if let outcome {
            writer.key("responseContext")
            writer.beginObject()
            writer.key("statusCode")
            writer.int(200)
            writer.key("executedVersion")
            writer.literal("$LATEST")
            writer.key("functionError")
            if let error = outcome.functionError { writer.string(error.rawValue) } else { writer.null() }
            writer.endObject()
        }
        writer.key("version")
        writer.literal("1.0")
        writer.key("timestamp")
        writer.string(time.iso8601)
        writer.key(mapping.kind.rawValue)
        writer.beginObject()
        Self.write(records, of: mapping, shard: shard, to: &writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func write(
        _ records: ArraySlice<StreamRecord>, of mapping: StreamMapping, shard: String, to writer: inout JSONWriter
    ) {
        writer.key("shardId")
        writer.string(shard)
        if let first = records.first, let last = records.last {
            writer.key("startSequenceNumber")
            writer.string(first.sequenceNumber)
            writer.key("endSequenceNumber")
            writer.string(last.sequenceNumber)
            writer.key("approximateArrivalOfFirstRecord")
            writer.string(first.arrival.iso8601)
            writer.key("approximateArrivalOfLastRecord")
            writer.string(last.arrival.iso8601)
        }
        writer.key("batchSize")
        writer.int(records.count)
        writer.key("streamArn")
        writer.string(mapping.streamARN)
    }
}
