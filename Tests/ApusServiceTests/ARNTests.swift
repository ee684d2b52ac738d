import ApusService
import Testing

@Suite struct ARNTests {
    // The examples of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    @Test(arguments: [
        "arn:aws:iam::123456789012:user/johndoe", "arn:aws:sns:us-east-1:123456789012:example-sns-topic-name",
        "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0e9801d129EXAMPLE",
        "arn:aws:s3:::my_corporate_bucket/exampleobject.png",
        "arn:aws:logs:us-east-1:123456789012:log-group:a:*",
    ])
    func `an ARN is written as it was read`(text: String) {
        #expect(ARN(text)?.description == text)
    }

    @Test(arguments: [
        "", "arn", "arn:aws:sqs:us-east-1:123456789012", "arn:aws:sqs:us-east-1:123456789012:", "arn::sqs:r:1:q",
        "arn:aws::r:1:q",
        "ARN:aws:sqs:r:1:q",
    ])
    func `what lacks a part is none`(text: String) {
        #expect(ARN(text) == nil)
    }

    @Test func `a colon with an accent after it parts an ARN all the same`() throws {
        let arn = try #require(ARN("arn:aws:sqs:us-east-1:\u{301}123456789012:queue"))
        #expect(arn.region == "us-east-1")
        #expect(arn.account == "\u{301}123456789012")
        #expect(arn.resource == "queue")
    }
}
