package import ApusBase
package import ApusService

/// What a destination is told of an event that is over.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
package struct DestinationRecord: Sendable {
    package enum Condition: String, Sendable, Equatable {
        case success = "Success"
        case retriesExhausted = "RetriesExhausted"
        case eventAgeExceeded = "EventAgeExceeded"
    }
    package var event: InvocationRecord
    package var functionARN: String
    /// The version that ran.
    package var version: String
    package var condition: Condition
    /// Of the last delivery; nil where the function never ran.
    package var outcome: InvocationOutcome?
    package var time: Timestamp

    package init(
        event: InvocationRecord, functionARN: String, version: String, condition: Condition,
        outcome: InvocationOutcome?,
        time: Timestamp
    ) {
        self.event = event
        self.functionARN = functionARN
        self.version = version
        self.condition = condition
        self.outcome = outcome
        self.time = time
    }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("version")
        writer.literal("1.0")
        writer.key("timestamp")
        writer.string(self.time.iso8601)
        writer.key("requestContext")
        writer.beginObject()
        writer.key("requestId")
        writer.string(self.event.requestID)
        writer.key("functionArn")
        writer.string(self.functionARN)
        writer.key("condition")
        writer.string(self.condition.rawValue)
        writer.key("approximateInvokeCount")
        let failures = self.event.functionErrors + self.event.systemErrors
        writer.int(failures + (self.condition == .success ? 1 : 0))
        writer.endObject()
        writer.key("requestPayload")
        Self.write(self.event.payload, to: &writer)
        if let outcome = self.outcome { self.write(outcome, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ outcome: InvocationOutcome, to writer: inout JSONWriter) {
        writer.key("responseContext")
        writer.beginObject()
        writer.key("statusCode")
        writer.int(200)
        writer.key("executedVersion")
        writer.string(self.version)
        if let error = outcome.functionError {
            writer.key("functionError")
            writer.string(error.rawValue)
        }
        writer.endObject()
        writer.key("responsePayload")
        Self.write(outcome.payload, to: &writer)
    }

    /// JSON as it is; what is none, which a runtime may answer, as a text.
    private static func write(_ payload: [UInt8], to writer: inout JSONWriter) {
        var reader = JSONReader(payload)
        do throws(JSONError) {
            try reader.skipValue()
            try reader.finish()
            writer.raw(payload)
        } catch {
            writer.string(String(decoding: payload, as: UTF8.self))
        }
    }
}
