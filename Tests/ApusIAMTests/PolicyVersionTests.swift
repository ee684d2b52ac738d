import ApusBase
import ApusIAM
import ApusService
import ApusTestSupport
import Testing

/// Versions of managed policies, by https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
@Suite struct PolicyVersionTests {
    let bench = IAMBench()
    let arn = "arn:aws:iam::123456789012:policy/p"

    private func policy() throws {
        try bench.run(CreatePolicy.self, .init(policyName: "p", policyDocument: IAMBench.policy("s3:GetObject")))
    }

    private func add(_ action: String, _ setAsDefault: Bool? = nil) throws -> String? {
        let input = CreatePolicyVersionInput(
            policyArn: arn, policyDocument: IAMBench.policy(action), setAsDefault: setAsDefault)
        return try bench.run(CreatePolicyVersion.self, input).policyVersion?.versionId
    }

    private func versions() throws -> [String] {
        (try bench.run(ListPolicyVersions.self, .init(policyArn: arn)).versions ?? []).compactMap(\.versionId)
    }

    @Test func `the newest version is in force only when it is asked to be`() throws {
        try self.policy()
        #expect(try self.add("s3:PutObject") == "v2")
        #expect(try bench.run(GetPolicy.self, .init(policyArn: arn)).policy?.defaultVersionId == "v1")
        #expect(try self.add("s3:DeleteObject", true) == "v3")
        #expect(try bench.run(GetPolicy.self, .init(policyArn: arn)).policy?.defaultVersionId == "v3")
        try bench.run(SetDefaultPolicyVersion.self, .init(policyArn: arn, versionId: "v2"))
        let version = try bench.run(GetPolicyVersion.self, .init(policyArn: arn, versionId: "v2")).policyVersion
        #expect(version?.isDefaultVersion == true)
        #expect(PercentEncoding.decode(version?.document ?? "", plus: .literal) == IAMBench.policy("s3:PutObject"))
        #expect(try self.versions() == ["v3", "v2", "v1"])
    }

    @Test func `five versions are kept and no number comes again`() throws {
        try self.policy()
        for number in 2...5 { #expect(try self.add("s3:PutObject") == "v\(number)") }
        #expect(
            bench.failure(
                CreatePolicyVersion.self, .init(policyArn: arn, policyDocument: IAMBench.policy("s3:PutObject")))
                == "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
        )
        try bench.run(DeletePolicyVersion.self, .init(policyArn: arn, versionId: "v5"))
        #expect(try self.add("s3:PutObject") == "v6")
        #expect(try self.versions() == ["v6", "v4", "v3", "v2", "v1"])
    }

    @Test func `versions are listed by page`() throws {
        try self.policy()
        for _ in 2...5 { _ = try self.add("s3:PutObject") }
        var all: [String] = []
        var marker: String?
        repeat {
            let page = try bench.run(ListPolicyVersions.self, .init(policyArn: arn, marker: marker, maxItems: 2))
            all += (page.versions ?? []).compactMap(\.versionId)
            marker = page.marker
        } while marker != nil
        #expect(all == ["v5", "v4", "v3", "v2", "v1"])
    }

    @Test func `the version in force cannot be deleted, nor a policy with others`() throws {
        try self.policy()
        _ = try self.add("s3:PutObject")
        #expect(
            bench.failure(DeletePolicyVersion.self, .init(policyArn: arn, versionId: "v1"))
                == "DeleteConflict: Cannot delete the default version of a policy.")
        #expect(bench.failure(DeletePolicy.self, .init(policyArn: arn))?.hasPrefix("DeleteConflict: ") == true)
        try bench.run(DeletePolicyVersion.self, .init(policyArn: arn, versionId: "v2"))
        try bench.run(DeletePolicy.self, .init(policyArn: arn))
    }

    @Test func `what is no version, no policy or AWS's is refused`() throws {
        try self.policy()
        #expect(
            bench.failure(SetDefaultPolicyVersion.self, .init(policyArn: arn, versionId: "v2"))
                == "NoSuchEntity: Policy \(arn) version v2 does not exist or is not attachable.")
        #expect(
            bench.failure(CreatePolicyVersion.self, .init(policyArn: arn, policyDocument: "{"))?
                .hasPrefix("MalformedPolicyDocument") == true)
        #expect(
            bench.failure(
                CreatePolicyVersion.self,
                .init(
                    policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
                    policyDocument: IAMBench.policy("s3:PutObject")))
                == "AccessDenied: Policy is outside your own account.")
        #expect(
            try bench.run(ListPolicyVersions.self, .init(policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess")).versions?
                .count == 1)
    }

    @Test func `what holders may do follows the version in force`() throws {
        try self.policy()
        let user = try bench.user("u")
        try bench.run(AttachUserPolicy.self, .init(userName: "u", policyArn: arn))
        #expect(bench.failure(ListRoles.self, .init(), as: user)?.hasPrefix("AccessDenied") == true)
        _ = try self.add("iam:ListRoles", true)
        #expect(bench.failure(ListRoles.self, .init(), as: user) == nil)
        try bench.run(SetDefaultPolicyVersion.self, .init(policyArn: arn, versionId: "v1"))
        #expect(bench.failure(ListRoles.self, .init(), as: user)?.hasPrefix("AccessDenied") == true)
    }
}
