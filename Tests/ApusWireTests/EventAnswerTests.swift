import ApusBase
import ApusLambda
import ApusLogs
import ApusService
import ApusWire
import Testing

/// Answers that stream events, as bytes.
@Suite struct EventAnswerTests {
    private let model = LogsAPI.model

    private func message(_ bytes: [UInt8]) throws -> EventStreamMessage {
        var decoder = EventStreamDecoder()
        decoder.append(bytes)
        let message = try #require(try decoder.next())
        #expect(!decoder.hasPartialMessage)
        return message
    }

    @Test func `a stream in AWS JSON begins with a message initial-response`() throws {
        let operation = try #require(self.model.operation("StartLiveTail"))
        let (head, first) = self.model.beginEvents(StartLiveTailOutput(), of: operation, as: .json11, requestID: "r")
        #expect(head.status == 200)
        #expect(head.headers["content-type"] == "application/vnd.amazon.eventstream")
        #expect(head.headers["x-amzn-requestid"] == "r")
        #expect(head.body.isEmpty)
        let message = try self.message(first)
        #expect(message[":message-type"] == .string("event"))
        #expect(message[":event-type"] == .string("initial-response"))
        #expect(message.payload == Array("{}".utf8))
    }

    @Test func `an event carries its structure under the member's name`() throws {
        let event = StartLiveTailResponseStream.sessionUpdate(
            LiveTailSessionUpdate(sessionMetadata: LiveTailSessionMetadata(sampled: false), sessionResults: []))
        let message = try self.message(self.model.message(event, as: .json11))
        #expect(message[":message-type"] == .string("event"))
        #expect(message[":event-type"] == .string("sessionUpdate"))
        #expect(message[":content-type"] == .string("application/json"))
        #expect(message.payload == Array(#"{"sessionMetadata":{"sampled":false},"sessionResults":[]}"#.utf8))
    }

    @Test func `an event that is nothing but bytes has them as its payload`() throws {
        let chunk = InvokeWithResponseStreamResponseEvent.payloadChunk(InvokeResponseStreamUpdate(payload: [0, 0xFF]))
        let message = try self.message(LambdaAPI.model.message(chunk, as: .restJSON))
        #expect(message[":event-type"] == .string("PayloadChunk"))
        #expect(message[":content-type"] == .string("application/octet-stream"))
        #expect(message.payload == [0, 0xFF])
        let complete = InvokeWithResponseStreamResponseEvent.invokeComplete(
            InvokeWithResponseStreamCompleteEvent(errorCode: "E"))
        let last = try self.message(LambdaAPI.model.message(complete, as: .restJSON))
        #expect(last.payload == Array(#"{"ErrorCode":"E"}"#.utf8))
    }

    @Test func `an error of the model ends the stream as an exception, any other as an error`() throws {
        let timeout = try #require(LogsError.sessionTimeout("late").apiError)
        let modelled = try self.message(self.model.message(timeout, as: .json11))
        #expect(modelled[":message-type"] == .string("exception"))
        #expect(modelled[":exception-type"] == .string("SessionTimeoutException"))
        #expect(try JSONValue(parsing: modelled.payload)["message"] == "late")
        let internalFailure = try #require(CommonError.internalFailure("broken").apiError)
        let other = try self.message(self.model.message(internalFailure, as: .json11))
        #expect(other[":message-type"] == .string("error"))
        #expect(other[":error-code"] == .string("InternalFailure"))
        #expect(other[":error-message"] == .string("broken"))
    }
}
