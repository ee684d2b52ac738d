import ApusBase
import ApusIAM
import ApusService
import ApusTestSupport
import Testing

@Suite struct InlineAndManagedPolicyTests {
    let bench = IAMBench()
    let document = IAMBench.policy("s3:GetObject")

    private func create(_ name: String, path: String? = nil) throws -> Policy {
        try bench.run(CreatePolicy.self, .init(policyName: name, policyDocument: document, path: path)).policy!
    }

    // MARK: Inline

    @Test func `an inline policy comes back as it was put`() throws {
        try bench.role("r")
        try bench.run(PutRolePolicy.self, .init(roleName: "r", policyName: "b", policyDocument: document))
        try bench.run(PutRolePolicy.self, .init(roleName: "r", policyName: "a", policyDocument: document))
        let output = try bench.run(GetRolePolicy.self, .init(roleName: "r", policyName: "b"))
        #expect(PercentEncoding.decode(output.policyDocument, plus: .literal) == document)
        #expect(try bench.run(ListRolePolicies.self, .init(roleName: "r")).policyNames == ["a", "b"])
        let page = try bench.run(ListRolePolicies.self, .init(roleName: "r", maxItems: 1))
        #expect(page.isTruncated == true)
        #expect(
            try bench.run(ListRolePolicies.self, .init(roleName: "r", marker: page.marker)).policyNames == ["b"])
        try bench.run(DeleteRolePolicy.self, .init(roleName: "r", policyName: "a"))
        #expect(
            bench.failure(GetRolePolicy.self, .init(roleName: "r", policyName: "a"))
                == "NoSuchEntity: The role policy with name a cannot be found.")
        #expect(
            bench.failure(DeleteRolePolicy.self, .init(roleName: "r", policyName: "a"))
                == "NoSuchEntity: The role policy with name a cannot be found.")
    }

    @Test func `an inline policy is checked`() throws {
        _ = try bench.user("u")
        #expect(
            bench.failure(PutUserPolicy.self, .init(userName: "u", policyName: "p", policyDocument: "{"))
                == "MalformedPolicyDocument: Syntax errors in policy.")
        #expect(
            bench.failure(GetUserPolicy.self, .init(userName: "u", policyName: "p"))
                == "NoSuchEntity: The user policy with name p cannot be found.")
    }

    @Test func `inline policies of a user have at most 2048 characters together`() throws {
        _ = try bench.user("u")
        func policy(_ characters: Int) -> String {
            IAMBench.policy("s3:GetObject", on: "arn:aws:s3:::" + String(repeating: "x", count: characters))
        }
        try bench.run(PutUserPolicy.self, .init(userName: "u", policyName: "a", policyDocument: policy(1_000)))
        let message = "LimitExceeded: Maximum policy size of 2048 bytes exceeded for user u"
        #expect(
            bench.failure(PutUserPolicy.self, .init(userName: "u", policyName: "b", policyDocument: policy(1_000)))
                == message)
        try bench.run(PutUserPolicy.self, .init(userName: "u", policyName: "a", policyDocument: policy(1_900)))
        try bench.role("r")
        #expect(
            bench.failure(PutRolePolicy.self, .init(roleName: "r", policyName: "b", policyDocument: policy(11_000)))
                == "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role r")
    }

    // MARK: Managed

    @Test func `a new managed policy has an ARN and a first version`() throws {
        let policy = try create("Custom", path: "/team/")
        #expect(policy.arn == "arn:aws:iam::123456789012:policy/team/Custom")
        #expect(policy.policyId?.hasPrefix("ANPA") == true)
        #expect(policy.defaultVersionId == "v1")
        #expect(policy.attachmentCount == 0)
        #expect(policy.isAttachable == true)
        #expect(try bench.run(GetPolicy.self, .init(policyArn: policy.arn!)).policy == policy)
        let version = try bench.run(GetPolicyVersion.self, .init(policyArn: policy.arn!, versionId: "v1")).policyVersion
        #expect(version?.isDefaultVersion == true)
        #expect(PercentEncoding.decode(version?.document ?? "", plus: .literal) == document)
    }

    @Test func `policies that are not there are named in IAM's words`() throws {
        _ = try create("Custom", path: "/team/")
        let arn = "arn:aws:iam::123456789012:policy/Custom"
        #expect(bench.failure(GetPolicy.self, .init(policyArn: arn)) == "NoSuchEntity: Policy \(arn) was not found.")
        #expect(bench.failure(DeletePolicy.self, .init(policyArn: arn)) == "NoSuchEntity: Policy \(arn) was not found.")
        #expect(
            bench.failure(
                GetPolicyVersion.self, .init(policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess", versionId: "v9"))
                == "NoSuchEntity: Policy arn:aws:iam::aws:policy/ReadOnlyAccess version v9 does not exist or is not attachable."
        )
        #expect(
            bench.failure(GetPolicy.self, .init(policyArn: "arn:aws:s3:::bucket-of-many"))
                == "InvalidInput: ARN arn:aws:s3:::bucket-of-many is not valid.")
        _ = try bench.user("u")
        #expect(
            bench.failure(AttachUserPolicy.self, .init(userName: "u", policyArn: arn))
                == "NoSuchEntity: Policy \(arn) does not exist or is not attachable.")
        #expect(
            bench.failure(DetachUserPolicy.self, .init(userName: "u", policyArn: arn))
                == "NoSuchEntity: Policy \(arn) was not found.")
    }

    @Test func `managed policies are limited and unique`() throws {
        _ = try create("Custom")
        #expect(
            bench.failure(CreatePolicy.self, .init(policyName: "custom", policyDocument: document))
                == "EntityAlreadyExists: A policy called custom already exists. Duplicate names are not allowed.")
        let long = IAMBench.policy("s3:*", on: "arn:aws:s3:::" + String(repeating: "x", count: 6_144))
        #expect(
            bench.failure(CreatePolicy.self, .init(policyName: "long", policyDocument: long))
                == "LimitExceeded: Cannot exceed quota for PolicySize: 6144")
        #expect(
            bench.failure(
                CreatePolicy.self,
                .init(policyName: "old", policyDocument: document.replacing("2012-10-17", with: "2008-10-17")))
                == "MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater.")
    }

    @Test func `a policy that is attached cannot be deleted`() throws {
        let policy = try create("Custom")
        _ = try bench.user("u")
        try bench.run(AttachUserPolicy.self, .init(userName: "u", policyArn: policy.arn!))
        try bench.run(AttachUserPolicy.self, .init(userName: "u", policyArn: policy.arn!))
        #expect(try bench.run(GetPolicy.self, .init(policyArn: policy.arn!)).policy?.attachmentCount == 1)
        #expect(
            bench.failure(DeletePolicy.self, .init(policyArn: policy.arn!))
                == "DeleteConflict: Cannot delete a policy attached to entities.")
        try bench.run(DetachUserPolicy.self, .init(userName: "u", policyArn: policy.arn!))
        try bench.run(DeletePolicy.self, .init(policyArn: policy.arn!))
        #expect(bench.failure(GetPolicy.self, .init(policyArn: policy.arn!)) != nil)
    }

    @Test func `a policy that is a boundary cannot be deleted`() throws {
        let policy = try create("Custom")
        try bench.run(CreateUser.self, .init(userName: "u", permissionsBoundary: policy.arn!))
        #expect(try bench.run(GetPolicy.self, .init(policyArn: policy.arn!)).policy?.permissionsBoundaryUsageCount == 1)
        #expect(bench.failure(DeletePolicy.self, .init(policyArn: policy.arn!))?.hasPrefix("DeleteConflict") == true)
        try bench.run(DeleteUser.self, .init(userName: "u"))
        try bench.run(DeletePolicy.self, .init(policyArn: policy.arn!))
    }

    @Test func `AWS's policies cannot be deleted`() {
        #expect(
            bench.failure(DeletePolicy.self, .init(policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"))
                == "AccessDenied: Policy is outside your own account.")
    }

    @Test func `ten managed policies can be attached`() throws {
        try bench.role("r")
        for number in 1...10 {
            let policy = try create("p\(number)")
            try bench.run(AttachRolePolicy.self, .init(roleName: "r", policyArn: policy.arn!))
        }
        #expect(
            bench.failure(
                AttachRolePolicy.self, .init(roleName: "r", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess"))
                == "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10")
        var names: [String] = []
        var marker: String?
        repeat {
            let page = try bench.run(ListAttachedRolePolicies.self, .init(roleName: "r", marker: marker, maxItems: 3))
            names += (page.attachedPolicies ?? []).compactMap(\.policyName)
            marker = page.marker
        } while marker != nil
        #expect(Set(names) == Set((1...10).map { "p\($0)" }))
        #expect(names.count == 10)
    }

    @Test func `attached policies are listed with name and ARN, by path`() throws {
        _ = try bench.user("u")
        let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
        try bench.run(AttachUserPolicy.self, .init(userName: "u", policyArn: arn))
        let listed = try bench.run(ListAttachedUserPolicies.self, .init(userName: "u")).attachedPolicies
        #expect(listed == [AttachedPolicy(policyName: "AWSLambdaSQSQueueExecutionRole", policyArn: arn)])
        #expect(
            try bench.run(ListAttachedUserPolicies.self, .init(userName: "u", pathPrefix: "/team/")).attachedPolicies
                == [])
    }

    @Test func `policies are listed by scope, use and page`() throws {
        _ = try create("zeta", path: "/team/")
        let alpha = try create("Alpha")
        _ = try bench.user("u")
        try bench.run(AttachUserPolicy.self, .init(userName: "u", policyArn: alpha.arn!))
        func names(_ input: ListPoliciesInput) throws -> [String] {
            (try bench.run(ListPolicies.self, input).policies ?? []).compactMap(\.policyName)
        }
        #expect(try names(.init(scope: "Local")) == ["Alpha", "zeta"])
        #expect(try names(.init(scope: "Local", onlyAttached: true)) == ["Alpha"])
        #expect(try names(.init(pathPrefix: "/team/")) == ["zeta"])
        #expect(try names(.init(policyUsageFilter: "PermissionsBoundary")) == [])
        let aws = try names(.init(scope: "AWS"))
        #expect(aws.contains("AdministratorAccess"))
        #expect(!aws.contains("zeta"))
        var all: [String] = []
        var marker: String?
        repeat {
            let page = try bench.run(ListPolicies.self, .init(marker: marker, maxItems: 7))
            all += (page.policies ?? []).compactMap(\.policyName)
            marker = page.marker
        } while marker != nil
        #expect(all == aws + ["Alpha", "zeta"])
    }
}
