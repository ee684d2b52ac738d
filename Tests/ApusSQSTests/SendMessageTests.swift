import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct SendMessageTests {
    private let bench = QueueBench()

    @Test func `a sent message is received with its body and its digest`() throws {
        let url = try self.bench.create("q")
        let sent = try self.bench.send(url, "This is a test message")
        #expect(sent.md5OfMessageBody == "fafb00f5732ab283681e124bf8747ed1")
        #expect(sent.sequenceNumber == nil)
        let message = try #require(try self.bench.receive(url).first)
        #expect(message.messageId == sent.messageId)
        #expect(message.body == "This is a test message")
        #expect(message.md5OfBody == "fafb00f5732ab283681e124bf8747ed1")
    }

    @Test func `ids are random UUIDs`() throws {
        let url = try self.bench.create("q")
        let first = try #require(try self.bench.send(url, "a").messageId)
        let second = try #require(try self.bench.send(url, "a").messageId)
        #expect(first != second)
        #expect(first.count == 36)
        #expect(Array(first)[14] == "4")
        #expect("89ab".contains(Array(first)[19]))
    }

    @Test func `attributes come back with their digest, those that are asked for`() throws {
        let url = try self.bench.create("q")
        let attributes = [
            "my_attribute_name_1": MessageAttributeValue(dataType: "String", stringValue: "my_attribute_value_1"),
            "my_attribute_name_2": MessageAttributeValue(dataType: "String", stringValue: "my_attribute_value_2"),
        ]
        let sent = try self.bench.run(
            SendMessage.self, SendMessageInput(queueUrl: url, messageBody: "x", messageAttributes: attributes))
        #expect(sent.md5OfMessageAttributes == "c48838208d2b4e14e3ca0093a8443f09")
        func receive(_ names: [String]?) throws -> Message? {
            try self.bench.run(
                ReceiveMessage.self,
                ReceiveMessageInput(queueUrl: url, messageAttributeNames: names, visibilityTimeout: 0)
            ).messages?.first
        }
        let all = try receive(["All"])
        #expect(all?.messageAttributes == attributes)
        #expect(all?.md5OfMessageAttributes == "c48838208d2b4e14e3ca0093a8443f09")
        let one = try receive(["my_attribute_name_2"])
        #expect(one?.messageAttributes?.count == 1)
        #expect(one?.md5OfMessageAttributes != nil)
        #expect(one?.md5OfMessageAttributes != all?.md5OfMessageAttributes)
        let none = try receive(nil)
        #expect(none?.messageAttributes == nil)
        #expect(none?.md5OfMessageAttributes == nil)
    }

    @Test func `a delayed message appears when its time has come`() throws {
        let url = try self.bench.create("q")
        try self.bench.send(url, "late", delay: 2)
        try self.bench.send(url, "now")
        #expect(try self.bench.bodies(url, 10) == ["now"])
        self.bench.bench.advance(milliseconds: 1_999)
        #expect(try self.bench.bodies(url, 10) == [])
        self.bench.bench.advance(milliseconds: 1)
        #expect(try self.bench.bodies(url, 10) == ["late"])
    }

    @Test func `a queue's delay is not retroactive in a standard queue`() throws {
        let url = try self.bench.create("q", ["DelaySeconds": "10"])
        try self.bench.send(url, "first")
        try self.bench.set(url, ["DelaySeconds": "0"])
        #expect(try self.bench.bodies(url) == [])
        self.bench.bench.advance(seconds: 10)
        #expect(try self.bench.bodies(url) == ["first"])
    }

    @Test func `the sender is named by its user id, a role's session by role and session`() throws {
        let url = try self.bench.create("q")
        let user = Principal.user(IAMUserIdentity(account: TestBench.account, name: "eve", path: "/", id: "AIDAEVE"))
        let session = Principal.session(
            RoleSession(
                account: TestBench.account, roleName: "r", rolePath: "/", roleID: "AROAR", sessionName: "s"))
        for principal in [user, session] {
            _ = try self.bench.run(SendMessage.self, SendMessageInput(queueUrl: url, messageBody: "x"), as: principal)
        }
        let senders = try self.bench.receive(url, 10, system: ["SenderId"]).map { $0.attributes?["SenderId"] }
        #expect(senders == ["AIDAEVE", "AROAR:s"])
    }

    @Test func `the trace header comes back with its digest`() throws {
        let url = try self.bench.create("q")
        let header = "Root=1-5e1b4151-5ac6c58fdd9c8f8a3b3fa2a1;Sampled=1"
        let sent = try self.bench.run(
            SendMessage.self,
            SendMessageInput(
                queueUrl: url, messageBody: "x",
                messageSystemAttributes: [
                    "AWSTraceHeader": MessageSystemAttributeValue(dataType: "String", stringValue: header)
                ]))
        let expected = MessageAttribute(name: "AWSTraceHeader", dataType: "String", value: .text(header))
        #expect(sent.md5OfMessageSystemAttributes == Hex.encode(MessageAttribute.digest([expected])))
        #expect(sent.md5OfMessageAttributes == nil)
        #expect(try self.bench.receive(url, system: ["AWSTraceHeader"]).first?.attributes == ["AWSTraceHeader": header])
    }

    @Test func `a message may have a mebibyte`() throws {
        let url = try self.bench.create("q")
        let body = String(repeating: "x", count: 1_048_576)
        try self.bench.send(url, body)
        #expect(try self.bench.bodies(url) == [body])
        let error = self.bench.refusal { () throws(ServiceError) in try self.bench.send(url, body + "y") }
        #expect(
            error?.message == "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.")
    }

    // MARK: Batches

    private func batch(_ url: String, _ entries: [SendMessageBatchRequestEntry]) throws(ServiceError)
        -> SendMessageBatchOutput
    {
        try self.bench.run(SendMessageBatch.self, SendMessageBatchInput(queueUrl: url, entries: entries))
    }

    @Test func `the messages of a batch are received in their order`() throws {
        let url = try self.bench.create("q")
        let entries = (0..<10).map { SendMessageBatchRequestEntry(id: "i\($0)", messageBody: "\($0)") }
        let output = try self.batch(url, entries)
        #expect(output.successful.map { $0.id } == (0..<10).map { "i\($0)" })
        #expect(output.failed.isEmpty)
        #expect(try self.bench.bodies(url, 10) == (0..<10).map { "\($0)" })
    }

    @Test func `an entry that is refused does not keep the others from being sent`() throws {
        let url = try self.bench.create("q")
        let output = try self.batch(
            url,
            [
                SendMessageBatchRequestEntry(id: "good", messageBody: "x"),
                SendMessageBatchRequestEntry(id: "late", messageBody: "x", delaySeconds: 901),
                SendMessageBatchRequestEntry(id: "kind", messageBody: "x", messageDeduplicationId: "d"),
            ])
        #expect(output.successful.map { $0.id } == ["good"])
        #expect(
            output.failed == [
                BatchResultErrorEntry(
                    id: "late", senderFault: true, code: "InvalidParameterValue",
                    message: "DelaySeconds must be >= 0 and <= 900"),
                BatchResultErrorEntry(
                    id: "kind", senderFault: true, code: "InvalidParameterValue",
                    message: "The request include parameter that is not valid for this queue type"),
            ])
        #expect(try self.bench.bodies(url, 10) == ["x"])
    }

    @Test func `a message that is too long for its queue fails alone`() throws {
        let url = try self.bench.create("q", ["MaximumMessageSize": "1024"])
        let output = try self.batch(
            url,
            [
                SendMessageBatchRequestEntry(id: "a", messageBody: "x"),
                SendMessageBatchRequestEntry(id: "b", messageBody: String(repeating: "y", count: 1_025)),
            ])
        #expect(output.successful.map { $0.id } == ["a"])
        #expect(
            output.failed.map { $0.message }
                == ["One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."])
    }

    @Test func `all messages of a batch together may have a mebibyte`() throws {
        let url = try self.bench.create("q")
        let half = String(repeating: "x", count: 524_288)
        let two = [
            SendMessageBatchRequestEntry(id: "a", messageBody: half),
            SendMessageBatchRequestEntry(id: "b", messageBody: half),
        ]
        #expect(try self.batch(url, two).successful.count == 2)
        let error = self.bench.refusal { () throws(ServiceError) in
            _ = try self.batch(url, two + [SendMessageBatchRequestEntry(id: "c", messageBody: "z")])
        }
        #expect(error?.oldCode == "AWS.SimpleQueueService.BatchRequestTooLong")
        #expect(error?.message == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.")
    }
}
