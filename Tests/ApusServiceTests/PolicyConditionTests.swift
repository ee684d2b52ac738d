import ApusBase
import ApusService
import Testing

/// Each case: a `Condition` element, the request's values of a key, and whether the statement applies. Sources are the
/// pages on condition operators and on multivalued context keys in the IAM user guide.
@Suite struct PolicyConditionTests {
    private func applies(
        _ condition: String, _ entries: [String: [String]], _ principal: Principal = PolicyFixtures.user
    ) throws -> Bool {
        let policy = try PolicyFixtures.policy(condition: condition)
        let request = PolicyFixtures.request(principal, entries: entries)
        return PolicyEvaluator.decide(request, policies: PrincipalPolicies(identity: [policy])).isAllowed
    }

    /// Operator, values of the policy, value of the request, whether it holds.
    static let comparisons = #"""
        StringEquals | "abc" | abc | true
        StringEquals | "abc" | ABC | false
        StringEquals | "a*" | abc | false
        StringEquals | ["x", "abc"] | abc | true
        StringNotEquals | "abc" | abc | false
        StringNotEquals | ["x", "y"] | abc | true
        StringNotEquals | ["x", "abc"] | abc | false
        StringEqualsIgnoreCase | "aBc" | AbC | true
        StringNotEqualsIgnoreCase | "aBc" | AbC | false
        StringLike | ["t1.*", "t2.*", "m3.*"] | t2.micro | true
        StringLike | "t1.*" | t2.micro | false
        StringLike | "home/?" | home/a | true
        StringNotLike | "t1.*" | t1.micro | false
        NumericEquals | 10 | 10 | true
        NumericEquals | "10" | 10.0 | true
        NumericNotEquals | 10 | 11 | true
        NumericLessThan | 10 | 9 | true
        NumericLessThan | 10 | 10 | false
        NumericLessThanEquals | "10" | 10 | true
        NumericGreaterThan | 10 | 10 | false
        NumericGreaterThanEquals | 10 | 10 | true
        NumericEquals | 10 | ten | false
        DateGreaterThan | "2020-01-01T00:00:01Z" | 2020-01-01T00:00:02Z | true
        DateGreaterThan | "2020-01-01T00:00:01Z" | 2020-01-01T00:00:01Z | false
        DateLessThan | "2020-01" | 2019-12-31T23:59:59Z | true
        DateEquals | "2020" | 2020-01-01T00:00:00Z | true
        DateEquals | "2020-01-01T01:00:00+01:00" | 2020-01-01T00:00:00Z | true
        DateLessThanEquals | "1577836800" | 2020-01-01T00:00:00Z | true
        DateLessThan | 1577836800 | 2020-01-01 | false
        DateNotEquals | "2020" | 2021-01-01 | true
        DateGreaterThanEquals | "2020-02-01" | 2020-02-01T00:00:00Z | true
        Bool | true | true | true
        Bool | "True" | true | true
        Bool | "false" | true | false
        BinaryEquals | "QmluYXJ5VmFsdWVJbkJhc2U2NA==" | QmluYXJ5VmFsdWVJbkJhc2U2NA== | true
        BinaryEquals | "QmluYXJ5VmFsdWVJbkJhc2U2NA==" | QmluYXJ5 | false
        IpAddress | "203.0.113.0/24" | 203.0.113.255 | true
        IpAddress | "203.0.113.0/24" | 203.0.114.0 | false
        IpAddress | "203.0.113.7" | 203.0.113.7 | true
        NotIpAddress | "203.0.113.0/24" | 203.0.113.1 | false
        IpAddress | ["203.0.113.0/24", "2001:DB8:1234:5678::/64"] | 2001:db8:1234:5678:1::9 | true
        IpAddress | "2001:DB8:1234:5678::/64" | 2001:db8:1234:5679::1 | false
        IpAddress | "203.0.113.0/24" | ::ffff:203.0.113.9 | true
        IpAddress | "0.0.0.0/0" | 8.8.8.8 | true
        IpAddress | "0.0.0.0/0" | 2001:db8::1 | false
        IpAddress | "::/0" | 2001:db8::1 | true
        ArnEquals | "arn:aws:sns:us-east-2:123456789012:t*" | arn:aws:sns:us-east-2:123456789012:topic | true
        ArnLike | "arn:aws:someservice:*:111122223333:finance/*" | arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt | false
        StringLike | "arn:aws:someservice:*:111122223333:finance/*" | arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt | true
        ArnLike | "arn:aws:sns:*:*:*" | arn:aws:sns:us-east-2:1:a:b:c | true
        ArnLike | "*" | arn:aws:sns:us-east-2:1:a | true
        ArnNotLike | "arn:aws:sns:*:*:*" | arn:aws:sqs:us-east-2:1:q | true
        ArnNotEquals | "arn:aws:sns:*:*:*" | arn:aws:sns:us-east-2:1:q | false
        StringEquals | "${aws:username}" | exampleuser | true
        StringLike | "home/${aws:username}/*" | home/exampleuser/x | true
        ArnLike | "arn:aws:iam::*:user/${aws:username}" | arn:aws:iam::111122223333:user/exampleuser | true
        ArnLike | "arn:aws:iam::*:user/${aws:username}" | arn:aws:iam::111122223333:user/other | false
        """#

    @Test(arguments: TableRow.rows(comparisons))
    func `an operator compares a value of the request with those of the policy`(row: TableRow) throws {
        let condition = #"{"\#(row[0])": {"apus:key": \#(row[1])}}"#
        #expect(try applies(condition, ["Apus:Key": [row[2]]]) == (row[3] == "true"))
    }

    /// Operator, values of the policy, whether it holds without the key.
    static let absences = #"""
        StringEquals | "a" | false
        StringNotEquals | "a" | true
        StringLike | "*" | false
        StringNotLike | "*" | true
        NumericLessThan | 1 | false
        NumericNotEquals | 1 | true
        DateLessThan | "2020" | false
        Bool | true | false
        Bool | false | false
        IpAddress | "0.0.0.0/0" | false
        NotIpAddress | "0.0.0.0/0" | true
        ArnLike | "*" | false
        ArnNotLike | "*" | true
        StringEqualsIfExists | "a" | true
        StringNotEqualsIfExists | "a" | true
        BoolIfExists | true | true
        NumericLessThanIfExists | 1 | true
        ArnLikeIfExists | "x" | true
        IpAddressIfExists | "1.1.1.1" | true
        Null | true | true
        Null | false | false
        ForAllValues:StringEquals | "a" | true
        ForAnyValue:StringEquals | "a" | false
        ForAnyValue:StringEqualsIfExists | "a" | true
        ForAllValues:StringNotEquals | "a" | true
        ForAnyValue:StringNotEquals | "a" | false
        """#

    @Test(arguments: TableRow.rows(absences))
    func `a key that the request does not have`(row: TableRow) throws {
        #expect(try applies(#"{"\#(row[0])": {"apus:key": \#(row[1])}}"#, [:]) == (row[2] == "true"))
    }

    /// Operator, values of the request, whether it holds.
    static let sets = #"""
        ForAllValues:StringLike | ["PostDateTime", "Message"] | true
        ForAllValues:StringLike | ["PostDateTime", "UserName"] | false
        ForAllValues:StringLike | ["ID"] | false
        ForAllValues:StringLike | [] | true
        ForAllValues:StringLike | [""] | true
        ForAnyValue:StringLike | ["UserName", "Message", "PostDateTime"] | true
        ForAnyValue:StringLike | ["UserName"] | false
        ForAnyValue:StringLike | [] | false
        ForAnyValue:StringLike | [""] | false
        ForAllValues:StringNotLike | ["UserName", "ID"] | true
        ForAllValues:StringNotLike | ["UserName", "Tags"] | false
        ForAnyValue:StringNotLike | ["UserName", "Tags"] | true
        ForAnyValue:StringNotLike | ["Tags"] | false
        Null | ["x"] | false
        """#

    @Test(arguments: TableRow.rows(sets))
    func `set operators quantify over the values of the request`(row: TableRow) throws {
        let list = row[0] == "Null" ? #""true""# : #"["PostDateTime", "Message", "Tags"]"#
        let values = try JSONValue(parsing: row[1]).arrayValue!.map { $0.stringValue! }
        let holds = try applies(#"{"\#(row[0])": {"dynamodb:Attributes": \#(list)}}"#, ["dynamodb:Attributes": values])
        #expect(holds == (row[2] == "true"))
    }

    @Test func `all keys and all operators must hold`() throws {
        let condition = #"{"StringEquals": {"a:x": "1", "a:y": "2"}, "Bool": {"a:z": "true"}}"#
        #expect(try applies(condition, ["a:x": ["1"], "a:y": ["2"], "a:z": ["true"]]))
        #expect(try !applies(condition, ["a:x": ["1"], "a:y": ["3"], "a:z": ["true"]]))
        #expect(try !applies(condition, ["a:x": ["1"], "a:y": ["2"], "a:z": ["false"]]))
    }

    @Test(arguments: [
        ("aws:SourceIp", "203.0.113.7"), ("aws:SecureTransport", "true"), ("aws:RequestedRegion", "us-east-2"),
        ("aws:UserAgent", "aws-cli/2"), ("aws:CurrentTime", "2026-01-02T03:04:05Z"), ("aws:EpochTime", "1767323045"),
        ("aws:username", "exampleuser"), ("aws:userid", "AIDACKCEVSQ6C2EXAMPLE"), ("aws:PrincipalType", "User"),
        ("aws:PrincipalAccount", "111122223333"), ("aws:PrincipalArn", PolicyFixtures.userARN),
        ("aws:ResourceAccount", "111122223333"), ("aws:PrincipalIsAWSService", "false"),
    ]) func `global keys follow from the request of a user`(key: String, value: String) throws {
        #expect(try applies(#"{"StringEquals": {"\#(key)": "\#(value)"}}"#, [:]))
    }

    @Test(arguments: [
        ("aws:userid", "AROADBQP57FF2AEXAMPLE:examplerolesessionname"), ("aws:PrincipalType", "AssumedRole"),
        ("aws:PrincipalArn", PolicyFixtures.roleARN), ("aws:PrincipalAccount", "111122223333"),
    ]) func `global keys follow from the request of a role's session`(key: String, value: String) throws {
        #expect(try applies(#"{"StringEquals": {"\#(key)": "\#(value)"}}"#, [:], PolicyFixtures.session))
        #expect(try applies(#"{"Null": {"aws:username": "true"}}"#, [:], PolicyFixtures.session))
    }

    @Test func `a negated test on an unknown variable denies but does not allow`() throws {
        let condition = #"{"StringNotEquals": {"aws:ResourceTag/project": "${aws:PrincipalTag/project}"}}"#
        #expect(try !applies(condition, ["aws:ResourceTag/project": ["a"]]))
        #expect(try applies(condition, ["aws:ResourceTag/project": ["a"], "aws:PrincipalTag/project": ["b"]]))
        let deny = try PolicyFixtures.policy("Deny", condition: condition)
        let request = PolicyFixtures.request(PolicyFixtures.user, entries: ["aws:ResourceTag/project": ["a"]])
        let decision = PolicyEvaluator.decide(
            request, policies: PrincipalPolicies(identity: [try PolicyFixtures.policy(), deny]))
        #expect(decision == .denied(PolicyRefusal(.explicitDeny, .identity)))
    }
}
