import ApusService
import Testing

@testable import ApusSQS

@Suite struct RedrivePolicyTests {
    private let arn = "arn:aws:sqs:eu-west-1:123456789012:dead"

    @Test(arguments: ["3", "\"3\""])
    func `the count may be a number or its digits, and is shown as a number`(count: String) throws {
        let policy = try RedrivePolicy(
            parsing: #"{"maxReceiveCount": \#(count), "deadLetterTargetArn": "\#(self.arn)"}"#)
        #expect(policy == RedrivePolicy(target: self.arn, maximumReceives: 3))
        #expect(policy?.text == #"{"deadLetterTargetArn":"\#(self.arn)","maxReceiveCount":3}"#)
    }

    @Test func `an empty text takes the policy away`() throws {
        #expect(try RedrivePolicy(parsing: "") == nil)
        #expect(try RedriveAllowPolicy(parsing: "") == nil)
    }

    @Test(arguments: ["0", "1001", "\"x\"", "1.5", "null"])
    func `the count is 1 to 1000`(count: String) {
        let text = #"{"maxReceiveCount":\#(count),"deadLetterTargetArn":"a"}"#
        #expect {
            try RedrivePolicy(parsing: text)
        } throws: { error in
            let message = (error as? ServiceError)?.apiError?.message ?? ""
            return message.hasPrefix(
                "Value \(text) for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount")
        }
    }

    @Test(arguments: ["x", "[]", "{}", #"{"maxReceiveCount":3}"#, #"{"deadLetterTargetArn":"a"}"#])
    func `both parts must be there`(text: String) {
        #expect(throws: ServiceError.self) { try RedrivePolicy(parsing: text) }
    }

    @Test func `a redrive-allow policy names sources only when it allows by queue`() throws {
        #expect(try RedriveAllowPolicy(parsing: #"{"redrivePermission":"allowAll"}"#) == .allowAll)
        #expect(try RedriveAllowPolicy(parsing: #"{"redrivePermission":"denyAll"}"#) == .denyAll)
        let byQueue = #"{"redrivePermission":"byQueue","sourceQueueArns":["\#(self.arn)"]}"#
        #expect(try RedriveAllowPolicy(parsing: byQueue) == .byQueue([self.arn]))
        #expect(try RedriveAllowPolicy(parsing: byQueue)?.text == byQueue)
        for text in [
            #"{"redrivePermission":"byQueue"}"#, #"{"redrivePermission":"allowAll","sourceQueueArns":["a"]}"#,
            #"{"redrivePermission":"some"}"#, #"{"redrivePermission":"byQueue","sourceQueueArns":[]}"#, "{}", "x",
        ] {
            #expect(throws: ServiceError.self) { try RedriveAllowPolicy(parsing: text) }
        }
    }
}
