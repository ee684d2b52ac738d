import ApusBase
import ApusService
import Testing

/// Example policies of the IAM user guide with the requests that the guide says they allow or deny.
@Suite struct PolicyExampleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var policy: String
        var requests: [Request]
        var testDescription: String { self.name }
    }

    struct Request: Sendable {
        var action: String
        var resource: String
        var context: [String: [String]]
        var allowed: Bool
    }

    static let cases: [Case] = {
        do {
            return try JSONValue(parsing: PolicyExamples.json).arrayValue!.map { value in
                Case(
                    name: value["name"]!.stringValue!, policy: value["policy"]!.text,
                    requests: value["requests"]!.arrayValue!.map { request in
                        var context: [String: [String]] = [:]
                        for member in request["context"]?.objectValue?.members ?? [] {
                            context[member.name] = member.value.arrayValue!.map { $0.stringValue! }
                        }
                        return Request(
                            action: request["action"]!.stringValue!, resource: request["resource"]!.stringValue!,
                            context: context, allowed: request["allowed"]!.boolValue!)
                    })
            }
        } catch {
            fatalError("the examples are no JSON: \(error)")
        }
    }()

    @Test(arguments: cases) func `an example of the guide decides as the guide says`(example: Case) throws {
        try PolicySource(parsing: example.policy).check(as: .managed)
        let policies = PrincipalPolicies(identity: [try PolicyDocument(parsing: example.policy)])
        for request in example.requests {
            let decision = PolicyEvaluator.decide(
                PolicyFixtures.request(
                    PolicyFixtures.user, request.action, on: request.resource,
                    entries: request.context),
                policies: policies)
            #expect(decision.isAllowed == request.allowed, "\(request.action) \(request.resource) \(request.context)")
        }
    }
}

enum PolicyExamples {
    static let json = #"""
        [
          {
            "name": "reference_policies_examples_iam_mfa-selfmanage: users manage their own keys",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["iam:*AccessKey*"], "Resource": ["arn:aws:iam::111122223333:user/${aws:username}"]}]},
            "requests": [
              {"action": "iam:CreateAccessKey", "resource": "arn:aws:iam::111122223333:user/exampleuser", "allowed": true},
              {"action": "iam:ListAccessKeys", "resource": "arn:aws:iam::111122223333:user/exampleuser", "allowed": true},
              {"action": "iam:CreateAccessKey", "resource": "arn:aws:iam::111122223333:user/David", "allowed": false},
              {"action": "iam:DeleteUser", "resource": "arn:aws:iam::111122223333:user/exampleuser", "allowed": false}]
          },
          {
            "name": "reference_policies_variables: queues that begin with the user's name",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Sid": "ListForConsole", "Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"},
              {"Sid": "AllQueueActions", "Effect": "Allow", "Action": "sqs:*",
               "Resource": "arn:aws:sqs:us-east-2:*:${aws:username}-queue"}]},
            "requests": [
              {"action": "sqs:ListQueues", "resource": "*", "allowed": true},
              {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-east-2:111122223333:exampleuser-queue", "allowed": true},
              {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-west-1:111122223333:exampleuser-queue", "allowed": false},
              {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-east-2:111122223333:bob-queue", "allowed": false}]
          },
          {
            "name": "reference_policies_elements_condition_operators: home directory by StringLike",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "Resource": "arn:aws:s3:::*"},
              {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::amzn-s3-demo-bucket",
               "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}}},
              {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}",
               "arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}/*"]}]},
            "requests": [
              {"action": "s3:GetBucketLocation", "resource": "arn:aws:s3:::any", "allowed": true},
              {"action": "s3:ListBucket", "resource": "arn:aws:s3:::amzn-s3-demo-bucket",
               "context": {"s3:prefix": ["home/exampleuser/"]}, "allowed": true},
              {"action": "s3:ListBucket", "resource": "arn:aws:s3:::amzn-s3-demo-bucket",
               "context": {"s3:prefix": ["home/bob/"]}, "allowed": false},
              {"action": "s3:ListBucket", "resource": "arn:aws:s3:::amzn-s3-demo-bucket", "allowed": false},
              {"action": "s3:PutObject", "resource": "arn:aws:s3:::amzn-s3-demo-bucket/home/exampleuser/a/b", "allowed": true},
              {"action": "s3:PutObject", "resource": "arn:aws:s3:::amzn-s3-demo-bucket/home/bob/a", "allowed": false}]
          },
          {
            "name": "reference_policies_elements_condition_operators: IfExists for types of instances",
            "policy": {"Version": "2012-10-17", "Statement": [{"Sid": "RunInstance", "Effect": "Allow",
              "Action": "ec2:RunInstances", "Resource": "*",
              "Condition": {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}}]},
            "requests": [
              {"action": "ec2:RunInstances", "resource": "arn:aws:ec2:us-east-2:111122223333:instance/*",
               "context": {"ec2:InstanceType": ["t2.micro"]}, "allowed": true},
              {"action": "ec2:RunInstances", "resource": "arn:aws:ec2:us-east-2:111122223333:instance/*",
               "context": {"ec2:InstanceType": ["m5.large"]}, "allowed": false},
              {"action": "ec2:RunInstances", "resource": "arn:aws:ec2:us-east-2::image/ami-1", "allowed": true}]
          },
          {
            "name": "reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay: explicit and implicit denies",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Sid": "AllowGetList", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
              {"Sid": "DenyReports", "Effect": "Deny", "Action": "iam:*Report", "Resource": "*"}]},
            "requests": [
              {"action": "iam:GetUser", "resource": "arn:aws:iam::111122223333:user/x", "allowed": true},
              {"action": "iam:CreatePolicy", "resource": "arn:aws:iam::111122223333:policy/x", "allowed": false},
              {"action": "iam:GetOrganizationsAccessReport", "resource": "*", "allowed": false},
              {"action": "iam:GenerateCredentialReport", "resource": "*", "allowed": false}]
          },
          {
            "name": "reference_policies_elements_condition_operators: only without temporary credentials",
            "policy": {"Version": "2012-10-17", "Statement": {"Action": "ec2:*", "Effect": "Allow", "Resource": "*",
              "Condition": {"Null": {"aws:TokenIssueTime": "true"}}}},
            "requests": [
              {"action": "ec2:DescribeInstances", "resource": "*", "allowed": true},
              {"action": "ec2:DescribeInstances", "resource": "*",
               "context": {"aws:TokenIssueTime": ["2026-01-02T03:04:05Z"]}, "allowed": false}]
          },
          {
            "name": "reference_policies_examples_aws-dates: between two dates",
            "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "service-prefix:action-name",
              "Resource": "*", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"},
              "DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}}}]},
            "requests": [
              {"action": "service-prefix:action-name", "resource": "*",
               "context": {"aws:CurrentTime": ["2020-05-01T00:00:00Z"]}, "allowed": true},
              {"action": "service-prefix:action-name", "resource": "*",
               "context": {"aws:CurrentTime": ["2020-07-01T00:00:00Z"]}, "allowed": false},
              {"action": "service-prefix:action-name", "resource": "*", "allowed": false}]
          },
          {
            "name": "reference_policies_examples_aws_deny-requested-region: NotAction with regions",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "*", "Resource": "*"},
              {"Sid": "DenyAllOutsideRequestedRegions", "Effect": "Deny",
              "NotAction": ["cloudfront:*", "iam:*", "route53:*", "support:*"], "Resource": "*",
              "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}}]},
            "requests": [
              {"action": "iam:GetUser", "resource": "*", "allowed": true},
              {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-east-2:111122223333:q", "allowed": false},
              {"action": "sqs:SendMessage", "resource": "arn:aws:sqs:eu-west-1:111122223333:q",
               "context": {"aws:RequestedRegion": ["eu-west-1"]}, "allowed": true}]
          },
          {
            "name": "reference_policies_examples_aws_deny-ip: deny by source address",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "*", "Resource": "*"},
              {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp":
              ["192.0.2.0/24", "203.0.113.0/24"]}, "Bool": {"aws:ViaAWSService": "false"}}}]},
            "requests": [
              {"action": "sqs:SendMessage", "resource": "*", "allowed": true},
              {"action": "sqs:SendMessage", "resource": "*", "context": {"aws:SourceIp": ["198.51.100.1"]}, "allowed": false}]
          },
          {
            "name": "reference_policies_condition_examples-multi-valued-context-keys: tags of a request",
            "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
              {"Sid": "DenyRestrictedTags", "Effect": "Deny", "Action": ["iam:TagRole", "iam:TagUser"], "Resource": "*",
              "Condition": {"ForAnyValue:StringNotLike": {"aws:TagKeys": "key1*"}}}]},
            "requests": [
              {"action": "iam:TagUser", "resource": "*", "context": {"aws:TagKeys": ["key1-a", "key1-b"]}, "allowed": true},
              {"action": "iam:TagUser", "resource": "*", "context": {"aws:TagKeys": ["key1-a", "other"]}, "allowed": false},
              {"action": "iam:TagUser", "resource": "*", "allowed": true}]
          },
          {
            "name": "access_iam-tags: attributes of principal and resource agree",
            "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"],
              "Resource": "*", "Condition": {"StringEquals": {
              "aws:ResourceTag/access-project": "${aws:PrincipalTag/access-project}"}}}]},
            "requests": [
              {"action": "secretsmanager:GetSecretValue", "resource": "*", "context": {"aws:ResourceTag/access-project": ["peg"],
               "aws:PrincipalTag/access-project": ["peg"]}, "allowed": true},
              {"action": "secretsmanager:GetSecretValue", "resource": "*", "context": {"aws:ResourceTag/access-project": ["uni"],
               "aws:PrincipalTag/access-project": ["peg"]}, "allowed": false},
              {"action": "secretsmanager:GetSecretValue", "resource": "*", "allowed": false}]
          }
        ]
        """#
}
