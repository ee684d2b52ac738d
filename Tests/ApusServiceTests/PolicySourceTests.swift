import ApusService
import Testing

@Suite struct PolicySourceTests {
    private func message(_ text: String, as use: PolicyUse) -> String? {
        do throws(PolicyError) {
            try PolicySource(parsing: text).check(as: use)
            return nil
        } catch {
            return error.message
        }
    }

    private func statement(_ inner: String, version: String = "2012-10-17") -> String {
        #"{"Version": "\#(version)", "Statement": [{\#(inner)}]}"#
    }

    @Test func `reads every element of the grammar`() throws {
        let source = try PolicySource(
            parsing: """
                {"Id": "x", "Statement": {"Sid": "S1", "Effect": "Deny", "NotPrincipal": {"AWS": ["123456789012"],
                "Service": "sns.amazonaws.com"}, "NotAction": ["s3:*"], "NotResource": "arn:aws:s3:::b",
                "Condition": {"Bool": {"aws:SecureTransport": false}, "NumericLessThan": {"s3:max-keys": [10, "11"]}}},
                "Version": "2012-10-17"}
                """)
        #expect(source.version == .v2012)
        #expect(source.id == "x")
        let statement = try #require(source.statements.first)
        #expect(statement.sid == "S1")
        #expect(statement.effect == .deny)
        #expect(statement.principals?.sense == .allBut)
        #expect(statement.principals?.elements.map(\.kind) == [.aws, .service])
        #expect(statement.principals?.elements.map(\.text) == ["123456789012", "sns.amazonaws.com"])
        #expect(statement.actions?.sense == .allBut)
        #expect(statement.actions?.elements == ["s3:*"])
        #expect(statement.resources?.sense == .allBut)
        #expect(statement.resources?.elements == ["arn:aws:s3:::b"])
        #expect(statement.conditions.map(\.operatorName) == ["Bool", "NumericLessThan"])
        #expect(statement.conditions.map(\.key) == ["aws:SecureTransport", "s3:max-keys"])
        #expect(statement.conditions.map(\.values) == [["false"], ["10", "11"]])
    }

    @Test(arguments: [
        "[]", "{}", #""x""#, #"{"Version": "2012-10-17"}"#, #"{"Version": "2012-10-17", "Statement": []}"#,
        #"{"Version": "2011-10-17", "Statement": {}}"#, #"{"Version": 1, "Statement": {}}"#,
        #"{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Extra": 1}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}}"#,
        #"{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": 5, "Resource": "*"}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a:b": "true", "A:B": "true"}}}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"a:b": {}}}}}"#,
        #"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "1.2.3"}}}}"#,
    ]) func `what does not follow the grammar has syntax errors`(text: String) {
        #expect(message(text, as: .inline) == "Syntax errors in policy.")
    }

    @Test(arguments: ["", "{", "nonsense", #"{"Statement": {}} x"#, #"{"Statement": {"Sid": "\x"}}"#])
    func `what is no JSON is said to be invalid`(text: String) {
        #expect(message(text, as: .trust) == "This policy contains invalid Json")
    }

    @Test func `managed policies need the version of 2012`() {
        let inner = #""Effect": "Allow", "Action": "*", "Resource": "*""#
        #expect(
            message(statement(inner, version: "2008-10-17"), as: .managed)
                == "Policy document must be version 2012-10-17 or greater.")
        #expect(
            message(#"{"Statement": {\#(inner)}}"#, as: .managed)
                == "Policy document must be version 2012-10-17 or greater.")
        #expect(message(#"{"Statement": {\#(inner)}}"#, as: .inline) == nil)
        #expect(message(statement(inner), as: .managed) == nil)
    }

    @Test(arguments: [
        (
            #""Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*""#,
            "Policy document should not specify a principal."
        ),
        (#""Effect": "Allow", "Resource": "*""#, "Policy statement must contain actions."),
        (#""Effect": "Allow", "Action": [], "Resource": "*""#, "Policy statement must contain actions."),
        (#""Effect": "Allow", "Action": "s3:*""#, "Policy statement must contain resources."),
        (
            #""Effect": "Allow", "Action": "s3", "Resource": "*""#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        ),
        (
            #""Effect": "Allow", "Action": "s3:", "Resource": "*""#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        ),
        (
            #""Effect": "Allow", "Action": "s3:*", "Resource": "my-bucket""#,
            "Resource my-bucket must be in ARN format or \"*\"."
        ),
        (
            #""Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3""#,
            "Resource arn:aws:s3 must be in ARN format or \"*\"."
        ),
        (
            #""Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Equals": {"a:b": "c"}}"#,
            "Invalid Condition type : Equals."
        ),
        (
            #""Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"NullIfExists": {"a:b": "true"}}"#,
            "Invalid Condition type : NullIfExists."
        ),
        (
            #""Sid": "a b", "Effect": "Allow", "Action": "s3:*", "Resource": "*""#,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
        ),
    ]) func `identity-based policies are refused in IAM's words`(inner: String, expected: String) {
        #expect(message(statement(inner), as: .inline) == expected)
    }

    @Test func `statement ids are unique`() {
        let inner = #"{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#
        #expect(
            message(#"{"Version": "2012-10-17", "Statement": [\#(inner), \#(inner)]}"#, as: .inline)
                == "Statement IDs (SID) in a single policy must be unique.")
    }

    @Test(arguments: [
        "*", "arn:aws:s3:::b/*", "arn:aws:sqs:us-east-2:123456789012:q",
        "arn:aws:iam::123456789012:user/${aws:username}", "arn:aws:s3*",
    ])
    func `resources are ARNs or begin like one`(resource: String) {
        #expect(
            message(statement(#""Effect": "Allow", "Action": "s3:*", "Resource": "\#(resource)""#), as: .managed) == nil
        )
    }

    @Test(
        arguments: [
            (#""Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole""#, nil),
            (
                #""Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"]"#,
                nil
            ),
            (
                #""Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole", "Resource": "*""#,
                "Has prohibited field Resource"
            ),
            (#""Effect": "Allow", "Action": "sts:AssumeRole""#, "Missing required field Principal"),
            (
                #""Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject""#,
                "AssumeRole policy may only specify STS AssumeRole actions."
            ),
            (
                #""Effect": "Allow", "Principal": {"AWS": "nobody"}, "Action": "sts:AssumeRole""#,
                #"Invalid principal in policy: "AWS":"nobody""#
            ),
            (
                #""Effect": "Allow", "Principal": {"Service": "lambda"}, "Action": "sts:AssumeRole""#,
                #"Invalid principal in policy: "Service":"lambda""#
            ),
        ] as [(String, String?)]) func `trust policies are refused in IAM's words`(inner: String, expected: String?)
    {
        #expect(message(statement(inner), as: .trust) == expected)
    }
}
