import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusWire
import Testing

@Suite struct LogsWireTests {
    private let model = LogsAPI.model

    private func decode<Input: Shape>(_ type: Input.Type, _ body: String) throws -> Input {
        try self.model.decode(type, from: .json(Array(body.utf8)))
    }

    @Test func `a PutLogEvents is read`() throws {
        let input = try self.decode(
            PutLogEventsInput.self,
            """
            {"logGroupName": "my-log-group", "logStreamName": "my-log-stream",
             "logEvents": [{"timestamp": 1396035378988, "message": "Example event 1"}]}
            """)
        #expect(input.logGroupName == "my-log-group")
        #expect(input.logEvents == [InputLogEvent(timestamp: 1_396_035_378_988, message: "Example event 1")])
    }

    @Test func `an empty message of an event is named with the event's number`() throws {
        let body = #"{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":""}]}"#
        #expect(
            throws: WireError.validation(
                """
                1 validation error detected: Value '' at 'logEvents.1.member.message' failed to satisfy constraint: \
                Member must have length greater than or equal to 1
                """)
        ) { try self.decode(PutLogEventsInput.self, body) }
    }

    @Test func `no events are too few`() throws {
        let body = #"{"logGroupName":"g","logStreamName":"s","logEvents":[]}"#
        #expect(
            throws: WireError.validation(
                """
                1 validation error detected: Value '[]' at 'logEvents' failed to satisfy constraint: \
                Member must have length greater than or equal to 1
                """)
        ) { try self.decode(PutLogEventsInput.self, body) }
    }

    /// An example of the API reference, shortened.
    @Test func `a TestMetricFilter is read and answered`() throws {
        let input = try self.decode(
            TestMetricFilterInput.self,
            #"{"filterPattern": "[..., size]", "logEventMessages": ["127.0.0.1 - frank 1534"]}"#)
        #expect(input.logEventMessages == ["127.0.0.1 - frank 1534"])
        let match = MetricFilterMatchRecord(
            eventNumber: 0, eventMessage: "127.0.0.1 - frank 1534", extractedValues: ["$size": "1534"])
        let operation = try #require(self.model.operation("TestMetricFilter"))
        let response = self.model.encode(
            TestMetricFilterOutput(matches: [match]), of: operation, as: .json11, requestID: "r")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"matches":[{"eventNumber":0,"eventMessage":"127.0.0.1 - frank 1534","extractedValues":{"$size":"1534"}}]}"#
        )
    }

    @Test func `a distribution that is none names those there are`() throws {
        let body =
            #"{"logGroupName":"g","filterName":"f","filterPattern":"","destinationArn":"a","distribution":"Even"}"#
        #expect(
            throws: WireError.validation(
                """
                1 validation error detected: Value 'Even' at 'distribution' failed to satisfy constraint: \
                Member must satisfy enum value set: [Random, ByLogStream]
                """)
        ) { try self.decode(PutSubscriptionFilterInput.self, body) }
    }

    @Test func `too many tags are named by their own error`() throws {
        let error = try #require(LogsError.tooManyTags("m", resourceName: "arn").apiError)
        let body = try JSONValue(parsing: self.model.render(error, as: .json11, requestID: "r").body)
        #expect(body["__type"]?.stringValue == "TooManyTagsException")
        #expect(body["resourceName"]?.stringValue == "arn")
    }

    @Test func `a broken constraint is an InvalidParameterException without namespace`() throws {
        let error = self.model.apiError(for: .validation("m"))
        let response = self.model.render(error, as: .json11, requestID: "r")
        #expect(response.status == 400)
        #expect(response.headers["content-type"] == "application/x-amz-json-1.1")
        #expect(response.headers["x-amzn-query-error"] == nil)
        #expect(
            String(decoding: response.body, as: UTF8.self) == #"{"__type":"InvalidParameterException","message":"m"}"#)
    }

    @Test func `an error's own members are written beside its message`() throws {
        let error = try #require(LogsError.invalidSequenceToken("m", expectedSequenceToken: "49590").apiError)
        let body = try JSONValue(parsing: self.model.render(error, as: .json11, requestID: "r").body)
        #expect(body["__type"]?.stringValue == "InvalidSequenceTokenException")
        #expect(body["expectedSequenceToken"]?.stringValue == "49590")
        #expect(body["message"]?.stringValue == "m")
    }

    @Test func `a log event far in the future fits a long`() throws {
        let output = GetLogEventsOutput(events: [OutputLogEvent(timestamp: 9_007_199_254_740_993, message: "m")])
        let operation = try #require(self.model.operation("GetLogEvents"))
        let response = self.model.encode(output, of: operation, as: .json11, requestID: "r")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"events":[{"timestamp":9007199254740993,"message":"m"}]}"#)
    }
}

extension LogsWireTests {
    @Test func `a store that cannot write is the model's ServiceUnavailableException`() throws {
        let error = ServiceError.store(.unavailable(reason: "the log cannot be written")).answer
        let response = self.model.render(error, as: .json11, requestID: "r")
        #expect(response.status == 500)
        #expect(try JSONValue(parsing: response.body)["__type"] == "ServiceUnavailableException")
    }
}
