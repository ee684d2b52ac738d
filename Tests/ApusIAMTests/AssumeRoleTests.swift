import ApusBase
import ApusIAM
import ApusSTS
import ApusService
import ApusTestSupport
import Testing

@Suite struct AssumeRoleTests {
    let bench = IAMBench()
    let arn = "arn:aws:iam::123456789012:role/demo"

    private func input(
        _ session: String = "TestAR", policy: String? = nil, seconds: Int? = nil, tags: [ApusSTS.Tag]? = nil,
        transitive: [String]? = nil, externalID: String? = nil, policyARNs: [String]? = nil,
        sourceIdentity: String? = nil
    ) -> AssumeRoleInput {
        AssumeRoleInput(
            roleArn: arn, roleSessionName: session, policyArns: policyARNs?.map { PolicyDescriptorType(arn: $0) },
            policy: policy, durationSeconds: seconds, tags: tags, transitiveTagKeys: transitive, externalId: externalID,
            sourceIdentity: sourceIdentity)
    }

    private func bob() throws -> Principal {
        let bob = try bench.user("Bob")
        try bench.allow("sts:*", to: "Bob")
        return bob
    }

    private func session(_ output: AssumeRoleOutput) throws -> Principal {
        let credentials = try #require(output.credentials)
        return try #require(try bench.credential(credentials.accessKeyId, credentials.sessionToken)).principal
    }

    private let account = #"{"AWS": "123456789012"}"#

    @Test func `a trusted user gets credentials of the role`() throws {
        let bob = try bob()
        let role = try bench.role("demo", trusting: account)
        let output = try bench.run(AssumeRole.self, input(), as: bob)
        #expect(output.assumedRoleUser?.arn == "arn:aws:sts::123456789012:assumed-role/demo/TestAR")
        #expect(output.assumedRoleUser?.assumedRoleId == "\(role.roleId):TestAR")
        let credentials = try #require(output.credentials)
        #expect(credentials.accessKeyId.hasPrefix("ASIA"))
        #expect(credentials.expiration == bench.bench.clock.now + 3_600_000)
        #expect(output.packedPolicySize == nil)
        let known = try #require(try bench.credential(credentials.accessKeyId, credentials.sessionToken))
        #expect(known.secret == Array(credentials.secretAccessKey.utf8))
        #expect(known.expires == credentials.expiration)
        let identity = try bench.run(GetCallerIdentity.self, .init(), as: known.principal)
        #expect(identity.arn == "arn:aws:sts::123456789012:assumed-role/demo/TestAR")
        #expect(identity.userId == "\(role.roleId):TestAR")
        #expect(identity.account == "123456789012")
    }

    @Test func `a token belongs to its key and to this server`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        let credentials = try #require(try bench.run(AssumeRole.self, input(), as: bob).credentials)
        #expect(try bench.credential("ASIAIOSFODNN7EXAMPLE", credentials.sessionToken) == nil)
        #expect(try bench.credential(credentials.accessKeyId) == nil)
        #expect(try bench.credential(credentials.accessKeyId, credentials.sessionToken + "AAAA") == nil)
    }

    @Test func `the credentials of a role that is gone are nobody's`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        let credentials = try #require(try bench.run(AssumeRole.self, input(), as: bob).credentials)
        #expect(try bench.credential(credentials.accessKeyId, credentials.sessionToken) != nil)
        try bench.run(DeleteRole.self, .init(roleName: "demo"))
        #expect(try bench.credential(credentials.accessKeyId, credentials.sessionToken) == nil)
        try bench.role("demo", trusting: account)
        #expect(try bench.credential(credentials.accessKeyId, credentials.sessionToken) == nil)
    }

    @Test func `both sides must allow when the account is trusted`() throws {
        let eve = try bench.user("Eve")
        try bench.role("demo", trusting: account)
        #expect(
            bench.failure(AssumeRole.self, input(), as: eve)
                == "AccessDenied: User: arn:aws:iam::123456789012:user/Eve is not authorized to perform: sts:AssumeRole "
                + "on resource: arn:aws:iam::123456789012:role/demo because no identity-based policy allows the sts:AssumeRole action"
        )
    }

    @Test func `a user trusted by name needs no policy`() throws {
        let eve = try bench.user("Eve")
        try bench.role("demo", trusting: #"{"AWS": "arn:aws:iam::123456789012:user/Eve"}"#)
        #expect(bench.failure(AssumeRole.self, input(), as: eve) == nil)
    }

    @Test func `whoever gets the name of a trusted user later is not trusted`() throws {
        let eve = try bench.user("Eve")
        try bench.role("demo", trusting: #"{"AWS": "arn:aws:iam::123456789012:user/Eve"}"#)
        #expect(bench.failure(AssumeRole.self, input(), as: eve) == nil)
        try bench.run(DeleteUser.self, .init(userName: "Eve"))
        let other = try bench.user("Eve")
        #expect(
            bench.failure(AssumeRole.self, input(), as: other)?
                .hasSuffix("because no role trust policy allows the sts:AssumeRole action") == true)
    }

    @Test func `who is not trusted is refused, and a role that does not exist is refused alike`() throws {
        let bob = try bob()
        try bench.role("other")
        let refused = bench.failure(
            AssumeRole.self, .init(roleArn: "arn:aws:iam::123456789012:role/other", roleSessionName: "ab"), as: bob)
        let missing = bench.failure(
            AssumeRole.self, .init(roleArn: "arn:aws:iam::123456789012:role/missing", roleSessionName: "ab"), as: bob)
        #expect(refused?.hasSuffix("because no role trust policy allows the sts:AssumeRole action") == true)
        #expect(missing == refused?.replacing("role/other", with: "role/missing"))
    }

    @Test func `root takes on no role`() throws {
        try bench.role("demo", trusting: account)
        #expect(bench.failure(AssumeRole.self, input()) == "AccessDenied: Roles may not be assumed by root accounts.")
    }

    @Test func `an external id is a condition of the trust policy`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account, condition: #"{"StringEquals": {"sts:ExternalId": "Example987"}}"#)
        #expect(bench.failure(AssumeRole.self, input(), as: bob) != nil)
        #expect(bench.failure(AssumeRole.self, input(externalID: "Example987"), as: bob) == nil)
    }

    @Test func `a session lasts as long as was asked, within the role's limit`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        let output = try bench.run(AssumeRole.self, input(seconds: 900), as: bob)
        #expect(output.credentials?.expiration == bench.bench.clock.now + 900_000)
        #expect(
            bench.failure(AssumeRole.self, input(seconds: 7200), as: bob)
                == "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    }

    @Test func `a chain of roles lasts an hour at most`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        let first = try session(try bench.run(AssumeRole.self, input(), as: bob))
        try bench.run(
            CreateRole.self,
            .init(roleName: "second", assumeRolePolicyDocument: IAMBench.trust(account), maxSessionDuration: 43_200))
        try bench.run(
            PutRolePolicy.self,
            .init(roleName: "demo", policyName: "p", policyDocument: IAMBench.policy("sts:AssumeRole")))
        func failure(_ seconds: Int) -> String? {
            bench.failure(
                AssumeRole.self,
                .init(
                    roleArn: "arn:aws:iam::123456789012:role/second", roleSessionName: "s2", durationSeconds: seconds),
                as: first)
        }
        #expect(failure(3600) == nil)
        #expect(
            failure(3601)
                == "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        )
    }

    @Test func `session policies only take away`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        try bench.run(
            PutRolePolicy.self, .init(roleName: "demo", policyName: "p", policyDocument: IAMBench.policy("sqs:*")))
        let free = try session(try bench.run(AssumeRole.self, input(), as: bob))
        #expect(try bench.refusal(free, "sqs:CreateQueue") == nil)
        let inline = try bench.run(AssumeRole.self, input(policy: IAMBench.policy("sqs:Get*")), as: bob)
        #expect((inline.packedPolicySize ?? 0) > 0)
        let limited = try session(inline)
        #expect(try bench.refusal(limited, "sqs:GetQueueUrl") == nil)
        #expect(
            try bench.refusal(limited, "sqs:CreateQueue")?
                .hasSuffix("because no session policy allows the sqs:CreateQueue action") == true)
        #expect(try bench.refusal(limited, "s3:GetObject") != nil)
        let managed = try session(
            try bench.run(
                AssumeRole.self, input(policyARNs: ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"]), as: bob))
        #expect(try bench.refusal(managed, "sqs:ListQueues") == nil)
        #expect(try bench.refusal(managed, "sqs:CreateQueue") != nil)
        let gone = try session(
            try bench.run(AssumeRole.self, input(policyARNs: ["arn:aws:iam::123456789012:policy/gone"]), as: bob))
        #expect(try bench.refusal(gone, "sqs:ListQueues") != nil)
    }

    @Test func `session policies are checked`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        #expect(
            bench.failure(AssumeRole.self, input(policy: "{}"), as: bob)
                == "MalformedPolicyDocument: Syntax errors in policy.")
        let long = IAMBench.policy("s3:*", on: "arn:aws:s3:::" + String(repeating: "x", count: 3_000))
        #expect(bench.failure(AssumeRole.self, input(policy: long), as: bob)?.hasPrefix("PackedPolicyTooLarge") == true)
    }

    @Test func `session tags need their own permission and become principal tags`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        let tags = [ApusSTS.Tag(key: "Project", value: "a")]
        #expect(
            bench.failure(AssumeRole.self, input(tags: tags), as: bob)?
                .hasSuffix("because no role trust policy allows the sts:TagSession action") == true)
        let document = IAMBench.trust(account, actions: #""sts:AssumeRole", "sts:TagSession""#)
        try bench.run(UpdateAssumeRolePolicy.self, .init(roleName: "demo", policyDocument: document))
        try bench.run(
            PutRolePolicy.self,
            .init(
                roleName: "demo", policyName: "p",
                policyDocument: IAMBench.policy("sqs:*", on: "arn:aws:sqs:*:*:${aws:PrincipalTag/Project}")))
        let session = try session(try bench.run(AssumeRole.self, input(tags: tags), as: bob))
        #expect(try bench.refusal(session, "sqs:SendMessage", on: "arn:aws:sqs:eu-west-1:123456789012:a") == nil)
        #expect(try bench.refusal(session, "sqs:SendMessage", on: "arn:aws:sqs:eu-west-1:123456789012:b") != nil)
    }

    @Test func `transitive tags go on along the chain and cannot be replaced`() throws {
        let bob = try bob()
        let actions = #""sts:AssumeRole", "sts:TagSession""#
        try bench.role("demo", trusting: account, actions: actions)
        try bench.role("second", trusting: account, actions: actions)
        try bench.run(
            PutRolePolicy.self,
            .init(roleName: "demo", policyName: "p", policyDocument: IAMBench.policy("sts:*")))
        let tags = [ApusSTS.Tag(key: "Project", value: "a"), ApusSTS.Tag(key: "other", value: "b")]
        let first = try session(try bench.run(AssumeRole.self, input(tags: tags, transitive: ["project"]), as: bob))
        func second(_ tags: [ApusSTS.Tag]? = nil) -> AssumeRoleInput {
            AssumeRoleInput(
                roleArn: "arn:aws:iam::123456789012:role/second", roleSessionName: "s2", tags: tags)
        }
        guard case .session(let chained) = try session(try bench.run(AssumeRole.self, second(), as: first)) else {
            Issue.record("no session")
            return
        }
        #expect(chained.details?.tags == ["Project": "a"])
        #expect(bench.failure(AssumeRole.self, second([tags[0]]), as: first)?.hasPrefix("ValidationError") == true)
        #expect(
            bench.failure(AssumeRole.self, input(tags: tags, transitive: ["missing"]), as: bob)?
                .hasPrefix("ValidationError") == true)
    }

    @Test func `a role of another account trusts across accounts`() throws {
        let bob = try bob()
        let foreign = "210987654321"
        let document = IAMBench.trust(#"{"AWS": "arn:aws:iam::123456789012:user/Bob"}"#)
        try bench.run(
            CreateRole.self, .init(roleName: "far", assumeRolePolicyDocument: document), account: foreign)
        let far = AssumeRoleInput(roleArn: "arn:aws:iam::\(foreign):role/far", roleSessionName: "s1")
        #expect(
            try bench.run(AssumeRole.self, far, as: bob).assumedRoleUser?.arn
                == "arn:aws:sts::\(foreign):assumed-role/far/s1")
        try bench.run(DeleteUserPolicy.self, .init(userName: "Bob", policyName: "p"))
        #expect(
            bench.failure(AssumeRole.self, far, as: bob)?
                .hasSuffix("because no identity-based policy allows the sts:AssumeRole action") == true)
    }

    @Test func `multi-factor devices are not pretended`() throws {
        let bob = try bob()
        try bench.role("demo", trusting: account)
        var input = input()
        input.tokenCode = "123456"
        #expect(bench.failure(AssumeRole.self, input, as: bob)?.hasPrefix("NotImplemented") == true)
    }

    // MARK: Services

    @Test func `a service takes on a role that trusts it`() throws {
        try bench.role("demo", trusting: #"{"Service": "lambda.amazonaws.com"}"#)
        let iam = bench.iam
        let arn = arn
        let host = bench.bench.host
        let (lambda, events, credentials) = try bench.bench.transact { (call) throws(ServiceError) in
            guard let role = try iam.role(arn: arn, in: &call) else { throw IAMError.serviceFailure("no role") }
            func may(_ service: String, _ call: inout Call) throws(ServiceError) -> Bool {
                try iam.mayAssume(
                    role, service: ServiceIdentity(name: service, sourceARN: nil, sourceAccount: nil), in: &call)
            }
            return (
                try may("lambda.amazonaws.com", &call), try may("events.amazonaws.com", &call),
                iam.credentials(role: role, sessionName: "my-function", durationSeconds: 900, host: host)
            )
        }
        #expect(lambda)
        #expect(!events)
        #expect(credentials.expires == bench.bench.clock.now + 900_000)
        let known = try #require(try bench.credential(credentials.accessKeyID, credentials.sessionToken))
        #expect(known.principal.arn == "arn:aws:sts::123456789012:assumed-role/demo/my-function")
        #expect(known.secret == Array(credentials.secretAccessKey.utf8))
    }

    @Test func `everybody who signed may ask who they are`() throws {
        let eve = try bench.user("Eve")
        try bench.run(
            PutUserPolicy.self,
            .init(userName: "Eve", policyName: "p", policyDocument: IAMBench.policy("sts:GetCallerIdentity", "Deny")))
        #expect(try bench.run(GetCallerIdentity.self, .init(), as: eve).arn == "arn:aws:iam::123456789012:user/Eve")
        #expect(try bench.run(GetCallerIdentity.self, .init()).userId == "123456789012")
        #expect(
            bench.failure(GetCallerIdentity.self, .init(), as: .anonymous)?.hasPrefix("MissingAuthenticationToken")
                == true)
    }
}
