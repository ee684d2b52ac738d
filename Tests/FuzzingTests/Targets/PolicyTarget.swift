import ApusBase

@testable import ApusService

/// Policies: any text is read or refused, and any policy that is read can be asked.
enum PolicyTarget {
    private static let account = "111122223333"
    private static let resource = "arn:aws:sqs:us-east-2:111122223333:queue1"

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let text = String(utf8: bytes), let document = try? PolicyDocument(parsing: text) else { return }
        let attached = Self.request(.user(Self.user))
        let outcome = PolicyDocument.outcome(of: [document], for: attached)
        // One policy twice says what it says once, and next to a policy without statements, too.
        let twice = PolicyDocument.outcome(of: [document, document], for: attached)
        try FuzzFailure.unless(
            twice.denies == outcome.denies && twice.grant == outcome.grant, "a policy twice says another thing")
        let principals: [Principal] = [
            .user(Self.user), .root(account: Self.account),
            .service(
                ServiceIdentity(name: "sns.amazonaws.com", sourceARN: Self.resource, sourceAccount: Self.account)),
        ]
        for principal in principals {
            let decision = PolicyEvaluator.decide(
                Self.request(principal), policies: .none, resource: .adding(document))
            if outcome.denies, case .user = principal, document.statements.allSatisfy({ $0.principals == nil }) {
                try FuzzFailure.unless(!decision.isAllowed, "a policy that denies allows")
            }
        }
    }

    private static var user: IAMUserIdentity {
        IAMUserIdentity(account: Self.account, name: "exampleuser", path: "/", id: "AIDACKCEVSQ6C2EXAMPLE")
    }

    private static func request(_ principal: Principal) -> PolicyRequest {
        var context = ConditionContext(
            now: Timestamp(seconds: 1_767_323_045 as Int64), region: "us-east-2", sourceIP: "203.0.113.7",
            userAgent: "aws-cli/2", isSecure: true)
        context.set("aws:ResourceTag/team", ["a", "b*"])
        return PolicyRequest(
            principal: principal, action: "sqs:SendMessage", resource: Self.resource, resourceAccount: Self.account,
            context: context)
    }
}
