import ApusBase
import ApusIAM
import ApusSTS
import ApusService
import ApusTestSupport
import ApusWire
import Testing

/// Query requests in, XML answers out, as the samples of the API references have them.
@Suite struct IAMWireTests {
    let bench = IAMBench()

    /// What a client gets for a form; the request id stands for itself.
    private func answer<Op: Operation>(
        _ operation: Op.Type, _ model: ServiceModel, _ form: String, as principal: Principal? = nil
    ) throws -> (status: Int, body: String) where Op.Input: Shape, Op.Output: Shape {
        let name = "\(operation)"
        let binding = try #require(model.operation(name))
        let response: HTTPResponse
        do throws(ServiceError) {
            let input: Op.Input
            do throws(WireError) {
                input = try model.decode(Op.Input.self, from: .query(try QueryForm(Array(form.utf8))))
            } catch {
                throw .api(model.apiError(for: error))
            }
            let output = try bench.run(operation, input, as: principal)
            response = model.encode(output, of: binding, as: .query, requestID: "ID")
        } catch {
            response = model.render(try #require(error.apiError), as: .query, requestID: "ID")
        }
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    @Test func `CreateUser answers as its reference shows`() throws {
        let (status, body) = try answer(
            CreateUser.self, IAMAPI.model,
            """
            Action=CreateUser&Version=2010-05-08&Path=%2Fdivision_abc%2Fsubdivision_xyz%2F&UserName=Bob\
            &Tags.member.1.Key=team&Tags.member.1.Value=red
            """)
        let id = try bench.run(GetUser.self, .init(userName: "Bob")).user.userId
        #expect(status == 200)
        #expect(
            body.hasSuffix(
                """
                <CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult><User>\
                <Path>/division_abc/subdivision_xyz/</Path><UserName>Bob</UserName><UserId>\(id)</UserId>\
                <Arn>arn:aws:iam::123456789012:user/division_abc/subdivision_xyz/Bob</Arn>\
                <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
                <Tags><member><Key>team</Key><Value>red</Value></member></Tags></User></CreateUserResult>\
                <ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></CreateUserResponse>
                """))
    }

    /// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    @Test func `AttachRolePolicy answers nothing but its id`() throws {
        try bench.role("ReadOnlyRole")
        let (status, body) = try answer(
            AttachRolePolicy.self, IAMAPI.model,
            "Action=AttachRolePolicy&PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess&RoleName=ReadOnlyRole"
        )
        #expect(status == 200)
        #expect(
            body.hasSuffix(
                """
                <AttachRolePolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>\
                <RequestId>ID</RequestId></ResponseMetadata></AttachRolePolicyResponse>
                """))
    }

    /// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
    @Test func `ListAttachedRolePolicies answers as its reference shows`() throws {
        try bench.role("ReadOnlyRole")
        try bench.run(
            AttachRolePolicy.self,
            .init(roleName: "ReadOnlyRole", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"))
        let (_, body) = try answer(
            ListAttachedRolePolicies.self, IAMAPI.model, "Action=ListAttachedRolePolicies&RoleName=ReadOnlyRole")
        #expect(
            body.contains(
                """
                <AttachedPolicies><member><PolicyName>ReadOnlyAccess</PolicyName>\
                <PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedPolicies>
                """))
        #expect(body.contains("<IsTruncated>false</IsTruncated>"))
    }

    @Test func `an error has type, code and message`() throws {
        let (status, body) = try answer(GetRole.self, IAMAPI.model, "Action=GetRole&RoleName=missing")
        #expect(status == 404)
        #expect(
            body.contains(
                """
                <Error><Type>Sender</Type><Code>NoSuchEntity</Code>\
                <Message>The role with name missing cannot be found.</Message></Error><RequestId>ID</RequestId>
                """))
    }

    @Test func `a refusal is AccessDenied with status 403`() throws {
        let bob = try bench.user("Bob")
        let (status, body) = try answer(GetRole.self, IAMAPI.model, "Action=GetRole&RoleName=r", as: bob)
        #expect(status == 403)
        #expect(
            body.contains(
                "<Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/Bob is not authorized"))
    }

    @Test func `the model's constraints are checked in AWS's words`() throws {
        let (status, body) = try answer(
            CreateRole.self, IAMAPI.model, "Action=CreateRole&RoleName=a%20b&AssumeRolePolicyDocument=%7B%7D")
        #expect(status == 400)
        #expect(body.contains("<Code>ValidationError</Code>"))
        #expect(body.contains("1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint"))
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    @Test func `GetCallerIdentity answers as its reference shows`() throws {
        let alice = try bench.user("Alice")
        let (status, body) = try answer(
            GetCallerIdentity.self, STSAPI.model, "Action=GetCallerIdentity&Version=2011-06-15", as: alice)
        #expect(status == 200)
        #expect(
            body.hasSuffix(
                """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\
                <GetCallerIdentityResult><UserId>\(alice.userID)</UserId><Account>123456789012</Account>\
                <Arn>arn:aws:iam::123456789012:user/Alice</Arn></GetCallerIdentityResult>\
                <ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetCallerIdentityResponse>
                """))
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    @Test func `AssumeRole answers credentials and the role's user`() throws {
        let bob = try bench.user("Bob")
        try bench.role("demo", trusting: #"{"AWS": "arn:aws:iam::123456789012:user/Bob"}"#, actions: #""sts:*""#)
        let (status, body) = try answer(
            AssumeRole.self, STSAPI.model,
            """
            Action=AssumeRole&RoleSessionName=testAR&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo\
            &PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess&DurationSeconds=3600\
            &Tags.member.1.Key=Project&Tags.member.1.Value=Pegasus&TransitiveTagKeys.member.1=Project
            """,
            as: bob)
        #expect(status == 200)
        #expect(body.contains("<Arn>arn:aws:sts::123456789012:assumed-role/demo/testAR</Arn>"))
        #expect(body.contains("<Expiration>2026-01-01T01:00:00Z</Expiration>"))
        #expect(body.contains("<AccessKeyId>ASIA"))
        #expect(body.contains("<PackedPolicySize>"))
    }

    @Test func `a session of less than a quarter of an hour breaks a constraint`() throws {
        let (status, body) = try answer(
            AssumeRole.self, STSAPI.model,
            "Action=AssumeRole&RoleSessionName=s1&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo&DurationSeconds=1"
        )
        #expect(status == 400)
        #expect(
            body.contains(
                """
                1 validation error detected: Value '1' at 'durationSeconds' failed to satisfy constraint: \
                Member must have value greater than or equal to 900
                """))
    }
}

/// What the services declare.
@Suite struct IAMDefinitionTests {
    @Test(arguments: [IAM.definition, STS.definition])
    func `every operation on the allow-list is implemented`(definition: ServiceDefinition) {
        let wanted = definition.model.operations.filter(\.isOnAllowList).map(\.name)
        #expect(Set(wanted) == Set(definition.operations.keys))
    }
}
