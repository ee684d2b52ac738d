import ApusBase
import ApusService
import ApusTestSupport
import Testing

@testable import ApusSQS

@Suite struct PermissionTests {
    private let bench = QueueBench()

    private func add(
        _ url: String, _ label: String, _ accounts: [String] = ["111122223333"], _ actions: [String] = ["SendMessage"]
    ) throws(ServiceError) {
        _ = try self.bench.run(
            AddPermission.self,
            AddPermissionInput(queueUrl: url, label: label, awsAccountIds: accounts, actions: actions))
    }

    private func remove(_ url: String, _ label: String) throws(ServiceError) {
        _ = try self.bench.run(RemovePermission.self, RemovePermissionInput(queueUrl: url, label: label))
    }

    private func policy(_ url: String) throws -> JSONValue? {
        try self.bench.attributes(url, ["Policy"])["Policy"].map { try JSONValue(parsing: $0) }
    }

    /// The refusal of adding a permission to a new queue.
    private func refusal(
        _ label: String = "l", _ accounts: [String] = ["111122223333"], _ actions: [String] = ["SendMessage"]
    ) throws -> APIError? {
        let url = try self.bench.create("q")
        return self.bench.refusal { () throws(ServiceError) in try self.add(url, label, accounts, actions) }
    }

    @Test func `a permission becomes a statement of the queue's policy`() throws {
        let url = try self.bench.create("q")
        try self.add(url, "one")
        try self.add(url, "two", ["111122223333", "444455556666"], ["ReceiveMessage", "*"])
        let statement = try #require(try self.policy(url)?["Statement"])
        #expect(statement[0]?["Sid"] == "one")
        #expect(statement[0]?["Effect"] == "Allow")
        #expect(statement[0]?["Principal"]?["AWS"] == "arn:aws:iam::111122223333:root")
        #expect(statement[0]?["Action"] == "SQS:SendMessage")
        #expect(statement[0]?["Resource"] == .string(QueueBench.arn("q")))
        #expect(statement[1]?["Action"] == ["SQS:ReceiveMessage", "SQS:*"])
        #expect(
            statement[1]?["Principal"]?["AWS"] == ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"])
    }

    @Test func `removing a permission leaves the others, and none leaves no policy`() throws {
        let url = try self.bench.create("q")
        try self.add(url, "one")
        try self.add(url, "two")
        try self.remove(url, "one")
        #expect(try self.policy(url)?["Statement"]?.arrayValue?.map { $0["Sid"] } == ["two"])
        try self.remove(url, "two")
        #expect(try self.policy(url) == nil)
    }

    @Test func `what the owner wrote in the policy stays`() throws {
        let own = #"{"Version":"2012-10-17","Id":"mine","Statement":{"Sid":"own","Effect":"Deny","Action":"*"}}"#
        let url = try self.bench.create("q", ["Policy": own])
        try self.add(url, "one")
        let policy = try #require(try self.policy(url))
        #expect(policy["Version"] == "2012-10-17" && policy["Id"] == "mine")
        #expect(policy["Statement"]?[0] == ["Sid": "own", "Effect": "Deny", "Action": "*"])
        #expect(policy["Statement"]?[1]?["Sid"] == "one")
    }

    @Test func `a label names one permission`() throws {
        let url = try self.bench.create("q")
        try self.add(url, "l")
        let error = self.bench.refusal { () throws(ServiceError) in try self.add(url, "l") }
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(error?.message == "Value l for parameter Label is invalid. Reason: Already exists.")
    }

    @Test func `a label that no statement has cannot be removed`() throws {
        let url = try self.bench.create("q")
        let error = self.bench.refusal { () throws(ServiceError) in try self.remove(url, "l") }
        #expect(error?.oldCode == "InvalidParameterValue")
        #expect(
            error?.message == "Value l for parameter Label is invalid. Reason: can't find label on existing policy.")
    }

    @Test(arguments: ["", "a b", "ä", String(repeating: "a", count: 81)])
    func `labels are 1 to 80 letters, digits, hyphens and underscores`(label: String) throws {
        #expect(try self.refusal(label)?.oldCode == "InvalidParameterValue")
    }

    @Test func `a statement has at most seven actions`() throws {
        let error = try self.refusal("l", ["111122223333"], Array(repeating: "SendMessage", count: 8))
        #expect(error?.code == "OverLimit")
        #expect(error?.status == 403)
        #expect(error?.message == "8 Actions were found, maximum allowed is 7.")
    }

    @Test func `a policy has at most 20 statements, of 50 principals each`() throws {
        #expect(try self.refusal("l", Array(repeating: "111122223333", count: 51))?.code == "OverLimit")
        let url = try self.bench.create("full")
        for number in 0..<20 { try self.add(url, "l\(number)") }
        let error = self.bench.refusal { () throws(ServiceError) in try self.add(url, "l20") }
        #expect(error?.code == "OverLimit")
    }

    @Test func `a policy has at most 8,192 bytes`() throws {
        let url = try self.bench.create("q")
        let accounts = (0..<50).map { String(111_122_223_333 + $0) }
        for number in 0..<4 { try self.add(url, "l\(number)", accounts) }
        let error = self.bench.refusal { () throws(ServiceError) in try self.add(url, "l4", accounts) }
        #expect(error?.code == "OverLimit")
    }

    @Test func `a policy that is set is held to the quotas of policies`() throws {
        let statement = #"{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"}"#
        let accounts = (0..<51).map { "\"\(111_122_223_333 + $0)\"" }.joined(separator: ",")
        let actions = Array(repeating: #""sqs:SendMessage""#, count: 8).joined(separator: ",")
        let policies = [
            ("21 Statements", Array(repeating: statement, count: 21).joined(separator: ",")),
            ("51 Principals", #"{"Effect":"Allow","Principal":{"AWS":[\#(accounts)]},"Action":"sqs:SendMessage"}"#),
            ("8 Actions", #"{"Effect":"Allow","Principal":"*","Action":[\#(actions)]}"#),
        ]
        let url = try self.bench.create("q")
        for (what, statements) in policies {
            let policy = #"{"Version":"2012-10-17","Statement":[\#(statements)]}"#
            let set = self.bench.refusal { () throws(ServiceError) in try self.bench.set(url, ["Policy": policy]) }
            let create = self.bench.refusal { () throws(ServiceError) in
                try self.bench.create("new", ["Policy": policy])
            }
            #expect(set?.code == "OverLimit" && set == create)
            #expect(set?.message.hasPrefix("\(what) were found, maximum allowed is ") == true)
        }
        try self.bench.set(url, ["Policy": #"{"Version":"2012-10-17","Statement":\#(statement)}"#])
    }

    @Test func `only actions that can be shared are allowed to others`() throws {
        #expect(
            try self.refusal("l", ["111122223333"], ["CreateQueue"])?.message
                == "Value SQS:CreateQueue for parameter ActionName is invalid. "
                + "Reason: Only the queue owner is allowed to invoke this action.")
        #expect(
            try self.refusal("l", ["111122223333"], ["Fly"])?.message
                == "Value SQS:Fly for parameter ActionName is invalid. "
                + "Reason: Please refer to the appropriate WSDL for a list of valid actions.")
    }

    @Test func `principals are accounts, and neither they nor actions are none`() throws {
        let error = try self.refusal("l", ["alice"])
        #expect(
            error?.message == "Value [alice] for parameter PrincipalId is invalid. Reason: Unable to verify.")
        #expect(try self.refusal("l", [])?.oldCode == "MissingParameter")
        #expect(try self.refusal("l", ["111122223333"], [])?.oldCode == "MissingParameter")
    }

    @Test func `permissions are the owner's to give, whatever the queue's policy says`() throws {
        let open = #"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*"}]}"#
        let url = try self.bench.create("q", ["Policy": open])
        try self.add(url, "l")
        #expect(self.bench.authorizer.demands.last?.action == "sqs:AddPermission")
        #expect(self.bench.authorizer.demands.last?.resourcePolicy == nil)
        try self.remove(url, "l")
        #expect(self.bench.authorizer.demands.last?.action == "sqs:RemovePermission")
        #expect(self.bench.authorizer.demands.last?.resourcePolicy == nil)
    }
}
