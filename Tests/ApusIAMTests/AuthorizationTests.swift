import ApusBase
import ApusIAM
import ApusService
import ApusTestSupport
import Testing

@Suite struct AuthorizationTests {
    let bench = IAMBench()

    @Test func `a user may do what its policies allow, as soon as they do`() throws {
        let bob = try bench.user("Bob")
        let refusal =
            "User: arn:aws:iam::123456789012:user/Bob is not authorized to perform: sqs:ListQueues "
            + "because no identity-based policy allows the sqs:ListQueues action"
        #expect(try bench.refusal(bob, "sqs:ListQueues") == refusal)
        try bench.allow("sqs:*", to: "Bob")
        #expect(try bench.refusal(bob, "sqs:ListQueues") == nil)
        try bench.run(DeleteUserPolicy.self, .init(userName: "Bob", policyName: "p"))
        #expect(try bench.refusal(bob, "sqs:ListQueues") == refusal)
        let arn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
        try bench.run(AttachUserPolicy.self, .init(userName: "Bob", policyArn: arn))
        #expect(try bench.refusal(bob, "sqs:ListQueues") == nil)
        #expect(try bench.refusal(bob, "sqs:CreateQueue") != nil)
        try bench.run(DetachUserPolicy.self, .init(userName: "Bob", policyArn: arn))
        #expect(try bench.refusal(bob, "sqs:ListQueues") == refusal)
    }

    @Test func `a managed policy of the account counts`() throws {
        let bob = try bench.user("Bob")
        let policy = try bench.run(
            CreatePolicy.self,
            .init(policyName: "p", policyDocument: IAMBench.policy("sqs:*"))
        ).policy
        try bench.run(AttachUserPolicy.self, .init(userName: "Bob", policyArn: policy!.arn!))
        #expect(try bench.refusal(bob, "sqs:ListQueues") == nil)
    }

    @Test func `an operation of IAM itself is refused in AWS's words`() throws {
        let bob = try bench.user("Bob")
        #expect(
            bench.failure(GetRole.self, .init(roleName: "r"), as: bob)
                == "AccessDenied: User: arn:aws:iam::123456789012:user/Bob is not authorized to perform: iam:GetRole "
                + "on resource: arn:aws:iam::123456789012:role/r because no identity-based policy allows the iam:GetRole action"
        )
        #expect(
            bench.failure(ListUsers.self, .init(), as: bob)?.contains(
                "on resource: arn:aws:iam::123456789012:user/ because") == true)
    }

    @Test func `a user who was deleted may do nothing, even if another gets its name`() throws {
        let bob = try bench.user("Bob")
        try bench.run(DeleteUser.self, .init(userName: "Bob"))
        _ = try bench.user("Bob")
        try bench.allow("sqs:*", to: "Bob")
        #expect(try bench.refusal(bob, "sqs:ListQueues") != nil)
    }

    @Test func `a boundary limits`() throws {
        try bench.run(
            CreateUser.self,
            .init(userName: "Bob", permissionsBoundary: "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"))
        let id = try bench.run(GetUser.self, .init(userName: "Bob")).user.userId
        let bob = Principal.user(IAMUserIdentity(account: IAMBench.account, name: "Bob", path: "/", id: id))
        try bench.allow("sqs:*", to: "Bob")
        #expect(try bench.refusal(bob, "sqs:ListQueues") == nil)
        #expect(
            try bench.refusal(bob, "sqs:CreateQueue")?
                .hasSuffix("because no permissions boundary allows the sqs:CreateQueue action") == true)
    }

    @Test func `root may do everything in its own account only`() throws {
        let root = Principal.root(account: IAMBench.account)
        #expect(try bench.refusal(root, "sqs:CreateQueue") == nil)
        #expect(try bench.refusal(root, "sqs:CreateQueue", account: "210987654321") != nil)
        let deny = #"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}}"#
        #expect(
            try bench.refusal(root, "sqs:SendMessage", resourcePolicy: deny)?.hasSuffix("resource-based policy") == true
        )
    }

    @Test func `tags of a user are principal tags`() throws {
        try bench.run(CreateUser.self, .init(userName: "Bob", tags: [Tag(key: "Team", value: "red")]))
        let id = try bench.run(GetUser.self, .init(userName: "Bob")).user.userId
        let bob = Principal.user(IAMUserIdentity(account: IAMBench.account, name: "Bob", path: "/", id: id))
        try bench.allow("sqs:*", to: "Bob", on: "arn:aws:sqs:*:*:${aws:PrincipalTag/team}-*")
        #expect(try bench.refusal(bob, "sqs:SendMessage", on: "arn:aws:sqs:eu-west-1:123456789012:red-1") == nil)
        #expect(try bench.refusal(bob, "sqs:SendMessage", on: "arn:aws:sqs:eu-west-1:123456789012:blue-1") != nil)
    }

    @Test func `a service is measured by the resource's policy`() throws {
        let service = Principal.service(
            ServiceIdentity(
                name: "sns.amazonaws.com", sourceARN: "arn:aws:sns:eu-west-1:123456789012:t",
                sourceAccount: IAMBench.account))
        let policy = """
            {"Statement": {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": "*", "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:t"}}}}
            """
        #expect(try bench.refusal(service, "sqs:SendMessage", resourcePolicy: policy) == nil)
        #expect(try bench.refusal(service, "sqs:SendMessage") != nil)
    }

    @Test func `a policy of AWS allows what its documentation says`() throws {
        try bench.role("r")
        let role = try bench.run(GetRole.self, .init(roleName: "r")).role
        let session = Principal.session(
            RoleSession(
                account: IAMBench.account, roleName: "r", rolePath: "/", roleID: role.roleId, sessionName: "s"))
        try bench.run(
            AttachRolePolicy.self,
            .init(roleName: "r", policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"))
        for action in [
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:CreateLogGroup",
            "logs:CreateLogStream", "logs:PutLogEvents",
        ] {
            #expect(try bench.refusal(session, action) == nil)
        }
        #expect(try bench.refusal(session, "sqs:SendMessage") != nil)
        try bench.run(
            AttachRolePolicy.self, .init(roleName: "r", policyArn: "arn:aws:iam::aws:policy/PowerUserAccess"))
        #expect(try bench.refusal(session, "sqs:SendMessage") == nil)
        #expect(try bench.refusal(session, "iam:ListRoles") == nil)
        #expect(try bench.refusal(session, "iam:CreateRole") != nil)
    }

    @Test func `every policy of AWS passes its own check`() throws {
        for policy in try bench.run(ListPolicies.self, .init(scope: "AWS")).policies ?? [] {
            let version = try bench.run(GetPolicyVersion.self, .init(policyArn: policy.arn!, versionId: "v1"))
                .policyVersion
            let document = try #require(PercentEncoding.decode(version?.document ?? "", plus: .literal))
            _ = try PolicySource(document, as: .managed)
        }
    }

    @Test func `two servers on one store see each other's changes`() throws {
        let other = IAMIdentities()
        let bob = try bench.user("Bob")
        func allowed() throws -> Bool {
            try bench.bench.transact(as: bob) { (call) throws(ServiceError) in
                try other.refusal(of: Demand("sqs:ListQueues", on: "*", account: IAMBench.account), in: &call) == nil
            }
        }
        #expect(try !allowed())
        try bench.allow("sqs:*", to: "Bob")
        #expect(try allowed())
        try bench.run(DeleteUserPolicy.self, .init(userName: "Bob", policyName: "p"))
        #expect(try !allowed())
    }

    @Test func `a change that was rolled back leaves no trace in the cache`() throws {
        let bob = try bench.user("Bob")
        let iam = bench.iam
        let root = Principal.root(account: IAMBench.account)
        let failure = IAMError.serviceFailure("stop")
        let seen = #expect(throws: ServiceError.self) {
            try bench.bench.transact(as: root) { (call) throws(ServiceError) in
                _ = try PutUserPolicy.run(
                    .init(userName: "Bob", policyName: "p", policyDocument: IAMBench.policy("sqs:*")), in: &call)
                let allowed = try call.acting(as: bob) { (call) throws(ServiceError) in
                    try iam.refusal(of: Demand("sqs:ListQueues", on: "*", account: IAMBench.account), in: &call) == nil
                }
                if allowed { throw failure }
            }
        }
        #expect(seen == failure)
        #expect(try bench.refusal(bob, "sqs:ListQueues") != nil)
    }
}
