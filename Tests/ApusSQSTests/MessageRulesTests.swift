import ApusBase
import ApusService
import Testing

@testable import ApusSQS

@Suite struct MessageRulesTests {
    private let standard = QueueAttributes(.standard)

    private func entry(
        _ body: String = "hello", delay: Int? = nil, attributes: [String: MessageAttributeValue]? = nil,
        system: [String: MessageSystemAttributeValue]? = nil, id: String? = nil, group: String? = nil
    ) -> SendMessageBatchRequestEntry {
        SendMessageBatchRequestEntry(
            id: "1", messageBody: body, delaySeconds: delay, messageAttributes: attributes,
            messageSystemAttributes: system, messageDeduplicationId: id, messageGroupId: group)
    }

    private func fault(_ entry: SendMessageBatchRequestEntry, _ queue: QueueAttributes) -> APIError? {
        do throws(MessageFault) {
            _ = try MessageRules.draft(entry, in: queue)
            return nil
        } catch {
            return error.error.apiError
        }
    }

    private func fifo(_ change: (inout QueueAttributes) -> Void = { _ in }) -> QueueAttributes {
        var attributes = QueueAttributes(.fifo)
        change(&attributes)
        return attributes
    }

    // The body and its digest are those of the example in AWS's reference of SendMessage.
    @Test func `the body's MD5 is that of its UTF-8`() throws {
        let draft = try MessageRules.draft(self.entry("This is a test message"), in: self.standard)
        #expect(Hex.encode(draft.bodyDigest) == "fafb00f5732ab283681e124bf8747ed1")
    }

    @Test func `an empty body is missing`() {
        let error = self.fault(self.entry(""), self.standard)
        #expect(error?.oldCode == "MissingParameter")
        #expect(error?.message == "The request must contain the parameter MessageBody.")
    }

    @Test(arguments: ["\u{0}", "a\u{8}", "\u{B}", "\u{1F}", "x\u{FFFE}", "\u{FFFF}y"])
    func `characters that XML does not have are refused`(body: String) {
        #expect(self.fault(self.entry(body), self.standard)?.code == "InvalidMessageContents")
    }

    @Test(arguments: ["\t\n\r", " ~", "\u{7F}\u{80}", "\u{D7FF}\u{E000}\u{FFFD}", "\u{10000}\u{10FFFF}", "﷐ﷺ"])
    func `all other characters are allowed`(body: String) {
        #expect(self.fault(self.entry(body), self.standard) == nil)
    }

    @Test func `a message may be as long as the queue says, attributes included, and no longer`() {
        var queue = self.standard
        queue.maximumMessageBytes = 1_024
        let attributes = ["ab": MessageAttributeValue(dataType: "String", stringValue: "xy")]
        #expect(self.fault(self.entry(String(repeating: "b", count: 1_014), attributes: attributes), queue) == nil)
        let error = self.fault(self.entry(String(repeating: "b", count: 1_015), attributes: attributes), queue)
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message == "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.")
    }

    @Test func `system attributes do not count as size`() {
        var queue = self.standard
        queue.maximumMessageBytes = 1_024
        let trace = [
            "AWSTraceHeader": MessageSystemAttributeValue(dataType: "String", stringValue: "Root=1-5e1b4151-5ac6c58f")
        ]
        #expect(self.fault(self.entry(String(repeating: "b", count: 1_024), system: trace), queue) == nil)
    }

    @Test(arguments: [-1, 901])
    func `a delay is 0 to 900 seconds`(delay: Int) {
        let error = self.fault(self.entry(delay: delay), self.standard)
        #expect(
            error?.message
                == "Value \(delay) for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."
        )
        #expect(self.fault(self.entry(delay: 900), self.standard) == nil)
    }

    @Test func `a message without a delay has the queue's`() throws {
        var queue = self.standard
        queue.delaySeconds = 7
        #expect(try MessageRules.draft(self.entry(), in: queue).delaySeconds == 7)
        #expect(try MessageRules.draft(self.entry(delay: 0), in: queue).delaySeconds == 0)
    }

    @Test func `a standard queue takes a group but no deduplication id`() {
        #expect(self.fault(self.entry(group: "g"), self.standard) == nil)
        #expect(
            self.fault(self.entry(id: "d"), self.standard)?.message
                == "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter "
                + "that is not valid for this queue type.")
    }

    @Test func `a FIFO queue needs a group`() {
        let error = self.fault(self.entry(id: "d"), self.fifo())
        #expect(error?.oldCode == "MissingParameter")
        #expect(error?.message == "The request must contain the parameter MessageGroupId.")
    }

    @Test func `a FIFO queue needs a deduplication id, or to make one of the content`() throws {
        let error = self.fault(self.entry(group: "g"), self.fifo())
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message
                == "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
                + "explicitly")
        let queue = self.fifo { $0.contentBasedDeduplication = .on }
        // SHA-256 of "hello"
        #expect(
            try MessageRules.draft(self.entry(group: "g"), in: queue).deduplicationID
                == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
        #expect(try MessageRules.draft(self.entry(id: "mine", group: "g"), in: queue).deduplicationID == "mine")
    }

    @Test func `messages of a FIFO queue have no delay of their own`() {
        #expect(
            self.fault(self.entry(delay: 5, id: "d", group: "g"), self.fifo())?.message
                == "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not "
                + "valid for this queue type.")
        #expect(self.fault(self.entry(delay: 0, id: "d", group: "g"), self.fifo()) == nil)
    }

    @Test(arguments: ["", "a b", "ä", "tab\t", String(repeating: "g", count: 129)])
    func `group and deduplication ids are 1 to 128 letters, digits and punctuation`(id: String) {
        let group = self.fault(self.entry(id: "d", group: id), self.fifo())
        #expect(group?.oldCode == "InvalidParameterValue")
        #expect(
            group?.message
                == "Value \(id) for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
                + "alphanumeric and punctuation characters. 1 to 128 in length.")
        #expect(
            self.fault(self.entry(id: id, group: "g"), self.fifo())?.message.contains("MessageDeduplicationId") == true)
    }

    @Test func `all punctuation of ASCII is allowed in ids`() {
        let id = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
        #expect(self.fault(self.entry(id: id, group: id), self.fifo()) == nil)
    }
}
