import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusDynamoDB

@Suite struct PolicyTests {
    private let bench = DynamoDBBench()
    private static let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/table"

    private static func policy(_ action: String, effect: String = "Allow") -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Principal":"*","Action":"\#(action)","Resource":"*"}]}"#
    }

    /// The text as a JSON string within a request.
    private static func quoted(_ text: String) -> String { JSONValue.string(text).text }

    private func request(_ rest: String = "", on arn: String = arn, policy: String? = nil) -> String {
        let policy = policy.map { #","Policy":\#(Self.quoted($0))"# } ?? ""
        return #"{"ResourceArn":"\#(arn)"\#(policy)\#(rest.isEmpty ? "" : "," + rest)}"#
    }

    @Test func `a policy is kept as it came, and the same one keeps its revision`() throws {
        try self.bench.create()
        let text = Self.policy("dynamodb:GetItem")
        let first = try self.bench.run(PutResourcePolicy.self, self.request(policy: text)).revisionId
        #expect(first == "1767225600000")
        #expect(try self.bench.run(PutResourcePolicy.self, self.request(policy: text)).revisionId == first)
        let found = try self.bench.run(GetResourcePolicy.self, self.request())
        #expect(found == GetResourcePolicyOutput(policy: text, revisionId: first))
        let second = try self.bench.run(PutResourcePolicy.self, self.request(policy: Self.policy("dynamodb:*")))
            .revisionId
        #expect(second == "1767225600001", "no two policies of a resource have one revision, whatever the clock says")
    }

    @Test func `every request of the table is decided with its policy`() throws {
        try self.bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"#)
        let text = Self.policy("dynamodb:*")
        _ = try self.bench.run(PutResourcePolicy.self, self.request(policy: text))
        _ = try self.bench.get(#"{"pk":{"S":"a"}}"#)
        _ = try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#)
        #expect(self.bench.authorizer.demands.suffix(2).map(\.resourcePolicy) == [text, text])
        let table = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table)
        let stream = try #require(table.latestStreamArn)
        #expect(
            self.bench.refusal(GetResourcePolicy.self, self.request(on: stream))
                == "PolicyNotFoundException: The resource has no policy: \(stream)")
    }

    @Test func `a stream has a policy of its own`() throws {
        try self.bench.create(more: #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}"#)
        let table = try #require(try self.bench.run(DescribeTable.self, #"{"TableName":"table"}"#).table)
        let stream = try #require(table.latestStreamArn)
        let text = Self.policy("dynamodb:DescribeStream")
        _ = try self.bench.run(PutResourcePolicy.self, self.request(on: stream, policy: text))
        #expect(try self.bench.run(GetResourcePolicy.self, self.request(on: stream)).policy == text)
        #expect(
            self.bench.refusal(GetResourcePolicy.self, self.request())
                == "PolicyNotFoundException: The resource has no policy: \(Self.arn)")
        _ = try self.bench.run(DescribeStream.self, #"{"StreamArn":"\#(stream)"}"#)
        #expect(self.bench.authorizer.demands.last?.resourcePolicy == text)
    }

    @Test func `a policy comes with its table and goes with it`() throws {
        let text = Self.policy("dynamodb:GetItem")
        try self.bench.create(more: #""ResourcePolicy":\#(Self.quoted(text))"#)
        #expect(
            self.bench.authorizer.demands.suffix(2).map(\.action) == [
                "dynamodb:CreateTable", "dynamodb:PutResourcePolicy",
            ])
        #expect(try self.bench.run(GetResourcePolicy.self, self.request()).policy == text)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        try self.bench.create()
        #expect(
            self.bench.refusal(GetResourcePolicy.self, self.request())?.hasPrefix("PolicyNotFoundException") == true)
    }

    @Test func `who expects another revision changes nothing`() throws {
        try self.bench.create()
        let text = Self.policy("dynamodb:GetItem")
        let missing = #""ExpectedRevisionId":"1""#
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(missing, policy: text))
                == "PolicyNotFoundException: The policy of the resource does not have the expected revision 1")
        let none = #""ExpectedRevisionId":"NO_POLICY""#
        let revision = try self.bench.run(PutResourcePolicy.self, self.request(none, policy: text)).revisionId
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(none, policy: text))?
                .hasPrefix("PolicyNotFoundException") == true)
        #expect(
            self.bench.refusal(DeleteResourcePolicy.self, self.request(missing))?.hasPrefix("PolicyNotFoundException")
                == true)
        let expected = #""ExpectedRevisionId":"\#(revision ?? "")""#
        #expect(try self.bench.run(DeleteResourcePolicy.self, self.request(expected)).revisionId == revision)
        #expect(try self.bench.run(DeleteResourcePolicy.self, self.request()).revisionId == nil)
        #expect(
            self.bench.refusal(DeleteResourcePolicy.self, self.request(none))?.hasPrefix("PolicyNotFoundException")
                == true)
    }

    @Test func `whether a policy locks out is asked with the table's tags, as the request itself`() throws {
        try self.bench.create(more: #""Tags":[{"Key":"team","Value":"blue"}]"#)
        let text = Self.policy("dynamodb:GetItem")
        _ = try self.bench.run(PutResourcePolicy.self, self.request(policy: text))
        let demands = self.bench.authorizer.demands.suffix(2)
        #expect(demands.map(\.action) == ["dynamodb:PutResourcePolicy", "dynamodb:PutResourcePolicy"])
        #expect(demands.map(\.resourcePolicy) == [nil, text])
        for demand in demands {
            #expect(demand.conditions.map(\.key) == ["aws:ResourceTag/team"])
            #expect(demand.conditions.map(\.values) == [["blue"]])
        }
    }

    @Test(arguments: ["dynamodb:ListStreams", "dynamodb:GetItems", "s3:GetObject", "dynamodb:DeleteBackup"])
    func `an action that is none of a table or a stream is refused`(action: String) throws {
        try self.bench.create()
        // aws-controllers-k8s/dynamodb-controller 176 has the words.
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(policy: Self.policy(action)))
                == "ValidationException: One or more parameter values were invalid: Invalid policy document: The following action names are invalid: \"\(action)\""
        )
        for known in ["dynamodb:getitem", "dynamodb:Get*", "*", "dynamodb:PartiQLSelect", "dynamodb:GetRecords"] {
            #expect(self.bench.refusal(PutResourcePolicy.self, self.request(policy: Self.policy(known))) == nil)
        }
    }

    @Test func `what is no policy, or too long, is refused`() throws {
        try self.bench.create()
        let invalid = "ValidationException: One or more parameter values were invalid: Invalid policy document: "
        for text in ["", "{", "[]", #"{"Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}]}"#] {
            #expect(
                self.bench.refusal(PutResourcePolicy.self, self.request(policy: text))?.hasPrefix(invalid) == true,
                "\(text)")
        }
        let text = Self.policy("dynamodb:GetItem")
        let blanks = String(repeating: " ", count: DynamoDBLimits.policyBytes - text.utf8.count)
        #expect(self.bench.refusal(PutResourcePolicy.self, self.request(policy: text + blanks)) == nil)
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(policy: text + blanks + " "))
                == invalid + "the size of the policy exceeds the limit of 20480 bytes")
        let index = "\(Self.arn)/index/i"
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(on: index, policy: text))
                == "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input \(index)")
        #expect(
            self.bench.refusal(PutResourcePolicy.self, self.request(on: Self.arn + "2", policy: text))
                == "ResourceNotFoundException: Requested resource not found: ResourcArn: \(Self.arn)2 not found")
    }
}
