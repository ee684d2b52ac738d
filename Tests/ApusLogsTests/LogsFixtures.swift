import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport

extension TestBench {
    func createGroup(_ name: String = "g", stream: String? = "s") throws(ServiceError) {
        _ = try self.run(CreateLogGroup.self, CreateLogGroupInput(logGroupName: name))
        if let stream { _ = try self.run(CreateLogStream.self, CreateLogStreamInput(logGroupName: name, logStreamName: stream)) }
    }

    /// Puts messages, the first `seconds` from now, the others a second later each.
    @discardableResult
    func put(
        _ messages: [String], seconds: Int64 = 0, group: String = "g", stream: String = "s"
    ) throws(ServiceError) -> PutLogEventsOutput {
        let events = messages.enumerated().map { index, message in
            InputLogEvent(timestamp: Int(self.clock.now.milliseconds + (seconds + Int64(index)) * 1000), message: message)
        }
        return try self.run(
            PutLogEvents.self, PutLogEventsInput(logGroupName: group, logStreamName: stream, logEvents: events))
    }

    func filter(_ pattern: String? = nil, group: String = "g") throws(ServiceError) -> [String] {
        let output = try self.run(
            FilterLogEvents.self, FilterLogEventsInput(logGroupName: group, filterPattern: pattern))
        return (output.events ?? []).compactMap(\.message)
    }
}

func code(_ error: (any Error)?) -> String? { (error as? ServiceError)?.apiError?.code }
func message(_ error: (any Error)?) -> String? { (error as? ServiceError)?.apiError?.message }
