import ApusBase
import ApusIAM
import ApusSTS
import ApusService
import ApusTestSupport
import ApusWire
import Testing

/// A bench whose identities are the real ones.
struct IAMBench {
    static let account = TestBench.account
    let iam = IAMIdentities()
    let bench: TestBench

    init(seed: UInt64 = 1) {
        let iam = self.iam
        self.bench = TestBench(seed: seed) { ports in
            ports.authorizer = iam
            ports.identities = iam
        }
    }

    @discardableResult
    func run<Op: Operation>(
        _ operation: Op.Type, _ input: Op.Input, as principal: Principal? = nil, account: String = IAMBench.account
    ) throws(ServiceError) -> Op.Output {
        try self.bench.run(operation, input, as: principal, account: account)
    }

    /// The code and the message of the error that an operation answers; nil when it succeeds.
    func failure<Op: Operation>(_ operation: Op.Type, _ input: Op.Input, as principal: Principal? = nil) -> String? {
        do throws(ServiceError) {
            _ = try self.bench.run(operation, input, as: principal)
            return nil
        } catch {
            guard let error = error.apiError else { return "\(error)" }
            return "\(error.queryCode ?? error.code): \(error.message)"
        }
    }

    /// A new user, as a caller.
    func user(_ name: String, path: String? = nil, account: String = IAMBench.account) throws -> Principal {
        let input = CreateUserInput(userName: name, path: path)
        let user = try #require(try self.run(CreateUser.self, input, account: account).user)
        return .user(IAMUserIdentity(account: account, name: name, path: user.path, id: user.userId))
    }

    /// A new role that `trusted` may take on.
    @discardableResult
    func role(
        _ name: String, trusting trusted: String = #"{"Service": "lambda.amazonaws.com"}"#, condition: String = "{}",
        actions: String = #""sts:AssumeRole""#
    ) throws -> Role {
        let document = Self.trust(trusted, condition: condition, actions: actions)
        return try self.run(CreateRole.self, .init(roleName: name, assumeRolePolicyDocument: document)).role
    }

    static func trust(
        _ principal: String, condition: String = "{}", actions: String = #""sts:AssumeRole""#
    ) -> String {
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": \(principal), "Action": [\(actions)],
        "Condition": \(condition)}]}
        """
    }

    static func policy(_ action: String, _ effect: String = "Allow", on resource: String = "*") -> String {
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "\(effect)", "Action": "\(action)", "Resource": "\(resource)"}]}
        """
    }

    func allow(_ action: String, to user: String, on resource: String = "*", named name: String = "p") throws {
        try self.run(
            PutUserPolicy.self,
            .init(userName: user, policyName: name, policyDocument: Self.policy(action, on: resource)))
    }

    /// What `principal` is told when it asks for `action`; nil when it may.
    func refusal(
        _ principal: Principal, _ action: String, on resource: String = "*", account: String = IAMBench.account,
        resourcePolicy: String? = nil
    ) throws -> String? {
        let iam = self.iam
        return try self.bench.transact(as: principal) { (call) throws(ServiceError) in
            try iam.refusal(
                of: Demand(action, on: resource, account: account, resourcePolicy: resourcePolicy), in: &call)
        }
    }

    func credential(_ id: String, _ token: String? = nil) throws -> KnownCredential? {
        let iam = self.iam
        return try self.bench.transact { (call) throws(ServiceError) in
            try iam.credential(accessKeyID: id, sessionToken: token, in: &call)
        }
    }
}
