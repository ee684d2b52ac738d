import ApusIAM
import ApusService
import ApusTestSupport
import Testing

/// Tags of users, roles and policies that exist.
@Suite struct TaggingTests {
    let bench = IAMBench()

    private func tags(_ pairs: KeyValuePairs<String, String>) -> [ApusIAM.Tag] { pairs.map { ApusIAM.Tag(key: $0, value: $1) } }

    @Test func `tags of a role are added, replaced, listed by page and removed`() throws {
        try bench.role("r")
        try bench.run(TagRole.self, .init(roleName: "r", tags: tags(["b": "1", "a": "2"])))
        try bench.run(TagRole.self, .init(roleName: "r", tags: tags(["b": "3", "c": "4"])))
        #expect(try bench.run(ListRoleTags.self, .init(roleName: "r")).tags == tags(["a": "2", "b": "3", "c": "4"]))
        #expect(try bench.run(GetRole.self, .init(roleName: "r")).role.tags == tags(["a": "2", "b": "3", "c": "4"]))
        let page = try bench.run(ListRoleTags.self, .init(roleName: "r", maxItems: 2))
        #expect(page.isTruncated == true)
        #expect(try bench.run(ListRoleTags.self, .init(roleName: "r", marker: page.marker)).tags == tags(["c": "4"]))
        try bench.run(UntagRole.self, .init(roleName: "r", tagKeys: ["a", "c", "none"]))
        #expect(try bench.run(ListRoleTags.self, .init(roleName: "r")).tags == tags(["b": "3"]))
    }

    @Test func `users and policies have tags in the same way`() throws {
        _ = try bench.user("u")
        try bench.run(TagUser.self, .init(userName: "u", tags: tags(["a": "1", "b": "2"])))
        try bench.run(UntagUser.self, .init(userName: "u", tagKeys: ["a"]))
        #expect(try bench.run(ListUserTags.self, .init(userName: "u")).tags == tags(["b": "2"]))
        let document = IAMBench.policy("s3:GetObject")
        let arn = try #require(
            try bench.run(CreatePolicy.self, .init(policyName: "p", policyDocument: document)).policy?.arn)
        try bench.run(TagPolicy.self, .init(policyArn: arn, tags: tags(["a": "1", "b": "2"])))
        try bench.run(UntagPolicy.self, .init(policyArn: arn, tagKeys: ["b"]))
        #expect(try bench.run(ListPolicyTags.self, .init(policyArn: arn)).tags == tags(["a": "1"]))
        #expect(try bench.run(GetPolicy.self, .init(policyArn: arn)).policy?.tags == tags(["a": "1"]))
    }

    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html, "Case sensitivity"
    @Test func `a key replaces one that differs in its letters' case alone`() throws {
        try bench.role("r")
        try bench.run(TagRole.self, .init(roleName: "r", tags: tags(["Department": "finance"])))
        try bench.run(TagRole.self, .init(roleName: "r", tags: tags(["department": "hr"])))
        #expect(try bench.run(ListRoleTags.self, .init(roleName: "r")).tags == tags(["department": "hr"]))
    }

    @Test func `there are at most fifty tags`() throws {
        try bench.role("r")
        try bench.run(TagRole.self, .init(roleName: "r", tags: (0..<50).map { ApusIAM.Tag(key: "k\($0)", value: "") }))
        #expect(
            bench.failure(TagRole.self, .init(roleName: "r", tags: tags(["more": ""])))
                == "LimitExceeded: Cannot exceed quota for TagsPerRole: 50")
        try bench.run(TagRole.self, .init(roleName: "r", tags: tags(["K1": "new"])))
    }

    @Test func `reserved keys, AWS's policies and what is not there are refused`() throws {
        try bench.role("r")
        #expect(
            bench.failure(TagRole.self, .init(roleName: "r", tags: tags(["aws:x": ""])))
                == "InvalidInput: Tag keys beginning with aws: are reserved for system use.")
        #expect(
            bench.failure(TagPolicy.self, .init(policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess", tags: []))
                == "AccessDenied: Policy is outside your own account.")
        #expect(
            bench.failure(ListRoleTags.self, .init(roleName: "none"))
                == "NoSuchEntity: The role with name none cannot be found.")
        #expect(
            bench.failure(UntagUser.self, .init(userName: "none", tagKeys: ["a"]))
                == "NoSuchEntity: The user with name none cannot be found.")
    }

    @Test func `tags of the caller count at once`() throws {
        let user = try bench.user("u")
        let condition = #"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#
        let document =
            #"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*", "Condition": \#(condition)}]}"#
        try bench.run(PutUserPolicy.self, .init(userName: "u", policyName: "p", policyDocument: document))
        #expect(bench.failure(GetUser.self, .init(userName: "u"), as: user)?.hasPrefix("AccessDenied") == true)
        try bench.run(TagUser.self, .init(userName: "u", tags: tags(["team": "a"])))
        #expect(bench.failure(GetUser.self, .init(userName: "u"), as: user) == nil)
        try bench.run(UntagUser.self, .init(userName: "u", tagKeys: ["team"]))
        #expect(bench.failure(GetUser.self, .init(userName: "u"), as: user)?.hasPrefix("AccessDenied") == true)
    }
}
