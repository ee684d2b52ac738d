import ApusBase
import ApusIAM
import ApusService
import ApusTestSupport
import Testing

@Suite struct RoleTests {
    let bench = IAMBench()

    @Test func `a new role has an id, an ARN and its trust policy in percent-encoding`() throws {
        let document =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}"#
        let role = try bench.run(
            CreateRole.self,
            .init(
                roleName: "S3Access", assumeRolePolicyDocument: document, path: "/application_abc/component_xyz/",
                description: "d", maxSessionDuration: 7200)
        ).role
        #expect(role.arn == "arn:aws:iam::123456789012:role/application_abc/component_xyz/S3Access")
        #expect(role.roleId.hasPrefix("AROA"))
        #expect(role.maxSessionDuration == 7200)
        #expect(role.description == "d")
        // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
        let encoded = try #require(role.assumeRolePolicyDocument)
        #expect(
            encoded.hasPrefix(
                "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22"))
        #expect(PercentEncoding.decode(encoded, plus: .literal) == document)
        #expect(try bench.run(GetRole.self, .init(roleName: "S3Access")).role == role)
    }

    @Test func `description and length of sessions can be changed`() throws {
        try bench.role("r")
        _ = try bench.run(UpdateRole.self, .init(roleName: "r", description: "d", maxSessionDuration: 7200))
        var role = try bench.run(GetRole.self, .init(roleName: "r")).role
        #expect(role.description == "d" && role.maxSessionDuration == 7200)
        _ = try bench.run(UpdateRole.self, .init(roleName: "r"))
        #expect(try bench.run(GetRole.self, .init(roleName: "r")).role == role)
        let answer = try bench.run(UpdateRoleDescription.self, .init(roleName: "r", description: "e")).role
        role = try bench.run(GetRole.self, .init(roleName: "r")).role
        #expect(role.description == "e" && answer == role)
        #expect(
            bench.failure(UpdateRole.self, .init(roleName: "none"))
                == "NoSuchEntity: The role with name none cannot be found.")
    }

    @Test func `a role is in no instance profile`() throws {
        try bench.role("r")
        let answer = try bench.run(ListInstanceProfilesForRole.self, .init(roleName: "r"))
        #expect(answer.instanceProfiles.isEmpty && answer.isTruncated == false)
        #expect(
            bench.failure(ListInstanceProfilesForRole.self, .init(roleName: "none"))
                == "NoSuchEntity: The role with name none cannot be found.")
    }

    @Test func `sessions last an hour at most unless the role says otherwise`() throws {
        #expect(try bench.role("r").maxSessionDuration == 3600)
    }

    @Test func `names are unique without regard to case`() throws {
        try bench.role("Worker")
        let document = IAMBench.trust(#"{"AWS": "*"}"#)
        #expect(
            bench.failure(CreateRole.self, .init(roleName: "worker", assumeRolePolicyDocument: document))
                == "EntityAlreadyExists: Role with name worker already exists.")
        #expect(
            bench.failure(GetRole.self, .init(roleName: "other"))
                == "NoSuchEntity: The role with name other cannot be found.")
    }

    @Test(arguments: [
        ("nonsense", "This policy contains invalid Json"),
        (
            #"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}"#,
            "Missing required field Principal"
        ),
        (
            IAMBench.trust(#"{"AWS": "arn:aws:iam::123456789012:user/nobody"}"#),
            #"Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/nobody""#
        ),
        (
            IAMBench.trust(#"{"AWS": "arn:aws:iam::123456789012:role/nothing"}"#),
            #"Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/nothing""#
        ),
    ]) func `a trust policy is checked`(document: String, message: String) throws {
        try bench.role("r")
        #expect(
            bench.failure(CreateRole.self, .init(roleName: "x", assumeRolePolicyDocument: document))
                == "MalformedPolicyDocument: \(message)")
        #expect(
            bench.failure(UpdateAssumeRolePolicy.self, .init(roleName: "r", policyDocument: document))
                == "MalformedPolicyDocument: \(message)")
    }

    @Test func `a trust policy has at most 2048 characters without white space`() throws {
        let spaces = String(repeating: " ", count: 5_000)
        try bench.role("r", trusting: spaces + #"{"Service": "lambda.amazonaws.com"}"#)
        let long = IAMBench.trust(#"{"Service": "\#(String(repeating: "x", count: 2_048)).amazonaws.com"}"#)
        #expect(
            bench.failure(CreateRole.self, .init(roleName: "x", assumeRolePolicyDocument: long))
                == "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048")
    }

    @Test func `the trust policy can be replaced`() throws {
        try bench.role("r")
        let document = IAMBench.trust(#"{"Service": "events.amazonaws.com"}"#)
        try bench.run(UpdateAssumeRolePolicy.self, .init(roleName: "r", policyDocument: document))
        let role = try bench.run(GetRole.self, .init(roleName: "r")).role
        #expect(PercentEncoding.decode(role.assumeRolePolicyDocument ?? "", plus: .literal) == document)
    }

    @Test func `a role with policies cannot be deleted`() throws {
        try bench.role("r")
        let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        try bench.run(AttachRolePolicy.self, .init(roleName: "r", policyArn: arn))
        try bench.run(
            PutRolePolicy.self, .init(roleName: "r", policyName: "p", policyDocument: IAMBench.policy("sqs:*")))
        #expect(
            bench.failure(DeleteRole.self, .init(roleName: "r"))
                == "DeleteConflict: Cannot delete entity, must detach all policies first.")
        try bench.run(DetachRolePolicy.self, .init(roleName: "r", policyArn: arn))
        #expect(
            bench.failure(DeleteRole.self, .init(roleName: "r"))
                == "DeleteConflict: Cannot delete entity, must delete policies first.")
        try bench.run(DeleteRolePolicy.self, .init(roleName: "r", policyName: "p"))
        try bench.run(DeleteRole.self, .init(roleName: "r"))
        #expect(try bench.run(ListRoles.self, .init()).roles.isEmpty)
    }

    @Test func `lists leave out tags and boundaries`() throws {
        try bench.run(
            CreateRole.self,
            .init(
                roleName: "r", assumeRolePolicyDocument: IAMBench.trust(#"{"AWS": "*"}"#),
                permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess", tags: [Tag(key: "a", value: "b")]))
        let role = try #require(try bench.run(ListRoles.self, .init()).roles.first)
        #expect(role.tags == nil)
        #expect(role.permissionsBoundary == nil)
        #expect(try bench.run(GetRole.self, .init(roleName: "r")).role.tags == [Tag(key: "a", value: "b")])
    }
}
