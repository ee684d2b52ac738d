import ApusService
import Testing

/// The rules of
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html and
/// of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
@Suite struct PolicyEvaluatorTests {
    private func decide(
        _ principal: Principal, of account: String = PolicyFixtures.account, identity: [PolicyDocument] = [],
        boundary: PolicyDocument? = nil, session: [PolicyDocument]? = nil, resource: ResourcePolicy = .none
    ) -> PolicyDecision {
        PolicyEvaluator.decide(
            PolicyFixtures.request(principal, of: account),
            policies: PrincipalPolicies(identity: identity, boundary: boundary, session: session), resource: resource)
    }

    private func grant(_ principal: String, _ effect: String = "Allow") throws -> ResourcePolicy {
        .adding(try PolicyFixtures.policy(effect, principal: principal))
    }

    private func aws(_ arn: String) -> String { #"{"AWS": "\#(arn)"}"# }

    @Test func `nothing is allowed unless a policy says so`() throws {
        #expect(decide(PolicyFixtures.user) == .denied(PolicyRefusal(.noAllow, .identity)))
        let other = try PolicyFixtures.policy(action: "sqs:ReceiveMessage")
        #expect(decide(PolicyFixtures.user, identity: [other]) == .denied(PolicyRefusal(.noAllow, .identity)))
    }

    @Test func `an identity-based policy is enough within an account`() throws {
        #expect(try decide(PolicyFixtures.user, identity: [PolicyFixtures.policy()]).isAllowed)
        #expect(try decide(PolicyFixtures.session, identity: [PolicyFixtures.policy(action: "SQS:send*")]).isAllowed)
    }

    @Test func `root may do everything in its account that no resource's policy denies`() throws {
        #expect(decide(PolicyFixtures.root).isAllowed)
        #expect(
            try decide(PolicyFixtures.root, resource: grant(#""*""#, "Deny"))
                == .denied(PolicyRefusal(.explicitDeny, .resource)))
        #expect(
            try decide(PolicyFixtures.root, resource: grant(aws("111122223333"), "Deny"))
                == .denied(PolicyRefusal(.explicitDeny, .resource)))
    }

    @Test func `a deny in any policy refuses`() throws {
        let allow = try PolicyFixtures.policy()
        let deny = try PolicyFixtures.policy("Deny")
        let everybody = try grant(#""*""#)
        #expect(
            decide(PolicyFixtures.user, identity: [allow, deny], resource: everybody)
                == .denied(PolicyRefusal(.explicitDeny, .identity)))
        #expect(
            decide(PolicyFixtures.user, identity: [allow], boundary: deny, resource: everybody)
                == .denied(PolicyRefusal(.explicitDeny, .boundary)))
        #expect(
            decide(PolicyFixtures.session, identity: [allow], session: [deny], resource: everybody)
                == .denied(PolicyRefusal(.explicitDeny, .session)))
        #expect(
            try decide(PolicyFixtures.user, identity: [allow], resource: grant(aws(PolicyFixtures.userARN), "Deny"))
                == .denied(PolicyRefusal(.explicitDeny, .resource)))
        #expect(
            try decide(PolicyFixtures.session, identity: [allow], resource: grant(aws(PolicyFixtures.roleARN), "Deny"))
                == .denied(PolicyRefusal(.explicitDeny, .resource)))
        #expect(
            try decide(PolicyFixtures.user, identity: [allow], resource: grant(aws(PolicyFixtures.account), "Deny"))
                == .denied(PolicyRefusal(.explicitDeny, .resource)))
        #expect(
            try decide(
                PolicyFixtures.user, identity: [allow], resource: grant(aws(PolicyFixtures.otherAccount), "Deny")
            ).isAllowed)
    }

    @Test func `boundaries and session policies only take away`() throws {
        let allow = try PolicyFixtures.policy()
        let silent = try PolicyFixtures.policy(action: "s3:*")
        #expect(decide(PolicyFixtures.user, boundary: allow) == .denied(PolicyRefusal(.noAllow, .identity)))
        #expect(decide(PolicyFixtures.user, identity: [allow], boundary: allow).isAllowed)
        #expect(
            decide(PolicyFixtures.user, identity: [allow], boundary: silent)
                == .denied(PolicyRefusal(.noAllow, .boundary)))
        #expect(
            decide(PolicyFixtures.session, identity: [allow], session: [silent])
                == .denied(PolicyRefusal(.noAllow, .session)))
        #expect(decide(PolicyFixtures.session, identity: [allow], session: [silent, allow]).isAllowed)
        #expect(
            decide(PolicyFixtures.session, identity: [allow], session: []) == .denied(PolicyRefusal(.noAllow, .session))
        )
        #expect(
            decide(PolicyFixtures.session, identity: [allow], boundary: silent, session: [allow])
                == .denied(PolicyRefusal(.noAllow, .boundary)))
    }

    /// The table «Resource-based policies and implicit denies in other policy types (same account)».
    @Test func `a grant to the user or session by name is not limited by silent policies`() throws {
        let silent = try PolicyFixtures.policy(action: "s3:*")
        #expect(
            try decide(PolicyFixtures.user, boundary: silent, resource: grant(aws(PolicyFixtures.userARN))).isAllowed)
        #expect(
            try decide(PolicyFixtures.user, boundary: silent, resource: grant(aws("AIDACKCEVSQ6C2EXAMPLE"))).isAllowed)
        #expect(
            try decide(
                PolicyFixtures.session, boundary: silent, session: [silent],
                resource: grant(aws(PolicyFixtures.sessionARN))
            )
            .isAllowed)
        #expect(
            try decide(PolicyFixtures.session, boundary: silent, session: [silent], resource: grant(#""*""#)).isAllowed)
    }

    @Test func `a grant to the role is limited by boundary and session policies`() throws {
        let allow = try PolicyFixtures.policy()
        let silent = try PolicyFixtures.policy(action: "s3:*")
        let grant = try grant(aws(PolicyFixtures.roleARN))
        #expect(decide(PolicyFixtures.session, resource: grant).isAllowed)
        #expect(decide(PolicyFixtures.session, boundary: allow, session: [allow], resource: grant).isAllowed)
        #expect(
            decide(PolicyFixtures.session, boundary: silent, resource: grant)
                == .denied(PolicyRefusal(.noAllow, .boundary)))
        #expect(
            decide(PolicyFixtures.session, session: [silent], resource: grant)
                == .denied(PolicyRefusal(.noAllow, .session)))
        #expect(
            decide(PolicyFixtures.session, identity: [allow], session: [silent], resource: grant)
                == .denied(PolicyRefusal(.noAllow, .session)))
    }

    @Test(arguments: [PolicyFixtures.account, "arn:aws:iam::111122223333:root"])
    func `a grant to the account delegates to its policies`(principal: String) throws {
        let grant = try grant(aws(principal))
        #expect(decide(PolicyFixtures.user, resource: grant) == .denied(PolicyRefusal(.noAllow, .identity)))
        #expect(try decide(PolicyFixtures.user, identity: [PolicyFixtures.policy()], resource: grant).isAllowed)
    }

    @Test func `across accounts both sides must allow`() throws {
        let allow = try PolicyFixtures.policy()
        let silent = try PolicyFixtures.policy(action: "s3:*")
        let other = PolicyFixtures.otherAccount
        #expect(
            decide(PolicyFixtures.user, of: other, identity: [allow]) == .denied(PolicyRefusal(.noAllow, .resource)))
        for name in [PolicyFixtures.userARN, PolicyFixtures.account, "*"] {
            let grant = try grant(aws(name))
            #expect(
                decide(PolicyFixtures.user, of: other, resource: grant) == .denied(PolicyRefusal(.noAllow, .identity)))
            #expect(decide(PolicyFixtures.user, of: other, identity: [allow], resource: grant).isAllowed)
            #expect(
                decide(PolicyFixtures.user, of: other, identity: [allow], boundary: silent, resource: grant)
                    == .denied(PolicyRefusal(.noAllow, .boundary)))
        }
        #expect(decide(PolicyFixtures.root, of: other) == .denied(PolicyRefusal(.noAllow, .resource)))
        #expect(try decide(PolicyFixtures.root, of: other, resource: grant(aws(PolicyFixtures.account))).isAllowed)
    }

    @Test func `a trust policy must allow, and the account's policies too when it names the account`() throws {
        let allow = try PolicyFixtures.policy()
        func trust(_ name: String) throws -> ResourcePolicy { .trust(try PolicyFixtures.policy(principal: aws(name))) }
        #expect(
            try decide(PolicyFixtures.user, identity: [allow], resource: trust(PolicyFixtures.otherAccount))
                == .denied(PolicyRefusal(.noAllow, .trust)))
        #expect(try decide(PolicyFixtures.user, resource: trust(PolicyFixtures.userARN)).isAllowed)
        #expect(
            try decide(PolicyFixtures.user, resource: trust(PolicyFixtures.account))
                == .denied(PolicyRefusal(.noAllow, .identity)))
        #expect(try decide(PolicyFixtures.user, identity: [allow], resource: trust(PolicyFixtures.account)).isAllowed)
    }

    @Test func `a service needs a grant that names it`() throws {
        let named = #"{"Service": "sns.amazonaws.com"}"#
        #expect(decide(PolicyFixtures.service) == .denied(PolicyRefusal(.noAllow, .resource)))
        #expect(try decide(PolicyFixtures.service, resource: grant(named)).isAllowed)
        #expect(try decide(PolicyFixtures.service, resource: grant(#""*""#)).isAllowed)
        #expect(try !decide(PolicyFixtures.service, resource: grant(#"{"Service": "events.amazonaws.com"}"#)).isAllowed)
        #expect(try !decide(PolicyFixtures.service, resource: grant(aws(PolicyFixtures.account))).isAllowed)
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    @Test(arguments: [
        (#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:topic"}}"#, true),
        (#"{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:111122223333:other"}}"#, false),
        (#"{"StringEquals": {"aws:SourceAccount": "111122223333"}}"#, true),
        (#"{"StringEquals": {"aws:SourceAccount": "444455556666"}}"#, false),
        (#"{"Bool": {"aws:PrincipalIsAWSService": "true"}}"#, true),
        (#"{"StringEquals": {"aws:PrincipalServiceName": "sns.amazonaws.com"}}"#, true),
    ]) func `a service acts for a source`(condition: String, expected: Bool) throws {
        let policy = try PolicyFixtures.policy(principal: #"{"Service": "sns.amazonaws.com"}"#, condition: condition)
        #expect(decide(PolicyFixtures.service, resource: .adding(policy)).isAllowed == expected)
    }

    @Test func `anonymous callers are everybody only`() throws {
        #expect(decide(.anonymous) == .denied(PolicyRefusal(.noAllow, .resource)))
        #expect(try decide(.anonymous, resource: grant(#""*""#)).isAllowed)
        #expect(try decide(.anonymous, resource: grant(aws("*"))).isAllowed)
        #expect(try !decide(.anonymous, resource: grant(aws(PolicyFixtures.account))).isAllowed)
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    @Test func `a deny for all but some spares who is listed with account, role and session`() throws {
        func decide(_ principal: Principal, sparing list: [String]) throws -> Bool {
            let names = list.map { "\"\($0)\"" }.joined(separator: ", ")
            let policy = try PolicyDocument(
                parsing: """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "NotPrincipal": {"AWS": [\(names)]},
                    "Action": "*", "Resource": "*"}]}
                    """)
            return self.decide(principal, identity: [try PolicyFixtures.policy()], resource: .adding(policy)).isAllowed
        }
        let root = "arn:aws:iam::111122223333:root"
        #expect(try decide(PolicyFixtures.user, sparing: [PolicyFixtures.userARN, root]))
        #expect(try !decide(PolicyFixtures.user, sparing: [root]))
        #expect(try !decide(PolicyFixtures.user, sparing: [PolicyFixtures.userARN]))
        #expect(try decide(PolicyFixtures.session, sparing: [PolicyFixtures.sessionARN, PolicyFixtures.roleARN, root]))
        #expect(try !decide(PolicyFixtures.session, sparing: [PolicyFixtures.roleARN, root]))
        #expect(try decide(PolicyFixtures.root, sparing: [root]))
    }

    @Test func `an allow for all but some leaves out who is listed`() throws {
        let policy = try PolicyDocument(
            parsing: """
                {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "\(PolicyFixtures.roleARN)"}, "Action": "*",
                "Resource": "*"}}
                """)
        #expect(decide(PolicyFixtures.user, resource: .adding(policy)).isAllowed)
        #expect(!decide(PolicyFixtures.session, resource: .adding(policy)).isAllowed)
    }

    @Test func `what is excepted from a list is not covered`() throws {
        let policy = try PolicyDocument(
            parsing: """
                {"Statement": {"Effect": "Allow", "NotAction": ["iam:*", "SQS:Delete*"],
                "NotResource": "arn:aws:sqs:*:*:secret*"}}
                """)
        func allowed(_ action: String, _ queue: String) -> Bool {
            let request = PolicyFixtures.request(
                PolicyFixtures.user, action, on: "arn:aws:sqs:us-east-2:111122223333:\(queue)")
            return PolicyEvaluator.decide(request, policies: PrincipalPolicies(identity: [policy])).isAllowed
        }
        #expect(allowed("sqs:SendMessage", "queue1"))
        #expect(!allowed("sqs:DeleteQueue", "queue1"))
        #expect(!allowed("sqs:SendMessage", "secret1"))
    }

    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    @Test(arguments: [
        (PolicyRefusal(.noAllow, .identity), "because no identity-based policy allows the sqs:SendMessage action"),
        (PolicyRefusal(.explicitDeny, .identity), "with an explicit deny in an identity-based policy"),
        (PolicyRefusal(.noAllow, .resource), "because no resource-based policy allows the sqs:SendMessage action"),
        (PolicyRefusal(.explicitDeny, .resource), "with an explicit deny in a resource-based policy"),
        (PolicyRefusal(.noAllow, .boundary), "because no permissions boundary allows the sqs:SendMessage action"),
        (PolicyRefusal(.explicitDeny, .boundary), "with an explicit deny in a permissions boundary"),
        (PolicyRefusal(.noAllow, .session), "because no session policy allows the sqs:SendMessage action"),
        (PolicyRefusal(.explicitDeny, .session), "with an explicit deny in a session policy"),
        (PolicyRefusal(.noAllow, .trust), "because no role trust policy allows the sqs:SendMessage action"),
        (PolicyRefusal(.explicitDeny, .trust), "with an explicit deny in the role trust policy"),
    ]) func `a refusal has AWS's words`(refusal: PolicyRefusal, ending: String) {
        #expect(
            refusal.message(for: PolicyFixtures.request())
                == "User: \(PolicyFixtures.userARN) is not authorized to perform: sqs:SendMessage on resource: "
                + "arn:aws:sqs:us-east-2:111122223333:queue1 \(ending)")
    }

    @Test func `a refusal of an action without resources names none`() {
        let request = PolicyFixtures.request(PolicyFixtures.session, "codecommit:ListRepositories", on: "*")
        #expect(
            PolicyRefusal(.noAllow, .identity).message(for: request)
                == "User: \(PolicyFixtures.sessionARN) is not authorized to perform: codecommit:ListRepositories "
                + "because no identity-based policy allows the codecommit:ListRepositories action")
    }
}
