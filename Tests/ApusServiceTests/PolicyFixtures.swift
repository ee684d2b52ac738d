import ApusBase
import ApusService
import Testing

/// Requests and principals as the examples of AWS's documentation name them.
enum PolicyFixtures {
    static let account = "111122223333"
    static let otherAccount = "444455556666"
    static let user = Principal.user(
        IAMUserIdentity(account: account, name: "exampleuser", path: "/", id: "AIDACKCEVSQ6C2EXAMPLE"))
    static let session = Principal.session(
        RoleSession(
            account: account, roleName: "examplerole", rolePath: "/", roleID: "AROADBQP57FF2AEXAMPLE",
            sessionName: "examplerolesessionname"))
    static let root = Principal.root(account: account)
    static let service = Principal.service(
        ServiceIdentity(
            name: "sns.amazonaws.com", sourceARN: "arn:aws:sns:us-east-2:111122223333:topic", sourceAccount: account))

    static let userARN = "arn:aws:iam::111122223333:user/exampleuser"
    static let roleARN = "arn:aws:iam::111122223333:role/examplerole"
    static let sessionARN = "arn:aws:sts::111122223333:assumed-role/examplerole/examplerolesessionname"

    static func context(_ entries: [String: [String]] = [:]) -> ConditionContext {
        var context = ConditionContext(
            now: Timestamp(seconds: 1_767_323_045 as Int64), region: "us-east-2", sourceIP: "203.0.113.7",
            userAgent: "aws-cli/2", isSecure: true)
        for (key, values) in entries { context.set(key, values) }
        return context
    }

    static func request(
        _ principal: Principal = user, _ action: String = "sqs:SendMessage",
        on resource: String = "arn:aws:sqs:us-east-2:111122223333:queue1", of account: String = account,
        entries: [String: [String]] = [:]
    ) -> PolicyRequest {
        PolicyRequest(
            principal: principal, action: action, resource: resource, resourceAccount: account,
            context: context(entries))
    }

    /// A policy of one statement.
    static func policy(
        _ effect: String = "Allow", action: String = "sqs:SendMessage", principal: String? = nil,
        condition: String = "{}"
    ) throws -> PolicyDocument {
        let principalElement = principal.map { #""Principal": \#($0), "# } ?? ""
        return try PolicyDocument(
            parsing: """
                {"Version": "2012-10-17", "Statement": [{\(principalElement)"Effect": "\(effect)", "Action": "\(action)",
                "Resource": "*", "Condition": \(condition)}]}
                """)
    }
}

/// A row of a table in a test: fields between bars. Tables of tuples cost seconds of compile time.
struct TableRow: Sendable, CustomTestStringConvertible {
    private let fields: [String]
    var testDescription: String { self.fields.joined(separator: " | ") }

    subscript(index: Int) -> String { self.fields[index] }

    static func rows(_ table: String) -> [TableRow] {
        table.split(separator: "\n").map { line in
            TableRow(
                fields: line.split(separator: "|", omittingEmptySubsequences: false).map { field in
                    var field = field
                    if field.first == " " { field.removeFirst() }
                    if field.last == " " { field.removeLast() }
                    return String(field)
                })
        }
    }
}
