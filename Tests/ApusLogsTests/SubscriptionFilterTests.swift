import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct SubscriptionFilterTests {
    private func filled(_ authorizer: any Authorizer = RecordingAuthorizer()) throws -> TestBench {
        let bench = TestBench { $0.authorizer = authorizer }
        try bench.createGroup()
        return bench
    }

    private func describe(_ bench: TestBench, prefix: String? = nil) throws(ServiceError) -> [SubscriptionFilter] {
        try bench.run(
            DescribeSubscriptionFilters.self,
            DescribeSubscriptionFiltersInput(logGroupName: "g", filterNamePrefix: prefix)
        ).subscriptionFilters ?? []
    }

    @Test func `a filter is shown as it was given`() throws {
        let bench = try self.filled()
        try bench.subscribe("b", pattern: "ERROR")
        try bench.subscribe("a")
        let filters = try self.describe(bench)
        #expect(filters.map(\.filterName) == ["a", "b"])
        #expect(filters[1].filterPattern == "ERROR")
        #expect(filters[1].destinationArn == functionARN)
        #expect(filters[1].distribution == "ByLogStream")
        #expect(filters[1].roleArn == nil)
        #expect(filters[1].logGroupName == "g")
        #expect(filters[1].creationTime == Int(bench.clock.now.milliseconds))
        #expect(try self.describe(bench, prefix: "b").map(\.filterName) == ["b"])
        let page = try bench.run(
            DescribeSubscriptionFilters.self, DescribeSubscriptionFiltersInput(logGroupName: "g", limit: 1))
        let next = try bench.run(
            DescribeSubscriptionFilters.self,
            DescribeSubscriptionFiltersInput(logGroupName: "g", nextToken: page.nextToken, limit: 1))
        #expect(next.subscriptionFilters?.map(\.filterName) == ["b"])
        #expect(next.nextToken == nil)
    }

    @Test func `a group has two filters, which may be replaced`() throws {
        let bench = try self.filled()
        try bench.subscribe("a")
        try bench.subscribe("b")
        let error = #expect(throws: ServiceError.self) { try bench.subscribe("c") }
        #expect(code(error) == "LimitExceededException")
        #expect(message(error) == "Resource limit exceeded.")
        try bench.subscribe("b", pattern: "ERROR")
        #expect(try self.describe(bench).map(\.filterPattern) == ["", "ERROR"])
    }

    @Test func `a function that Logs may not invoke is refused in AWS's words`() throws {
        let bench = try self.filled(RecordingAuthorizer(refusing: ["lambda:InvokeFunction"]))
        let error = #expect(throws: ServiceError.self) { try bench.subscribe() }
        #expect(code(error) == "InvalidParameterException")
        #expect(
            message(error)
                == "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function."
        )
        #expect(try self.describe(bench).isEmpty)
    }

    @Test(
        arguments: [
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:f", "r",
                "destinationArn for vendor lambda cannot be used with roleArn"
            ),
            (
                "arn:aws:kinesis:eu-west-1:123456789012:stream/s", nil,
                "destinationArn for vendor kinesis cannot be used without roleArn"
            ),
            (
                "arn:aws:firehose:eu-west-1:123456789012:deliverystream/s", nil,
                "destinationArn for vendor firehose cannot be used without roleArn"
            ),
            (
                "arn:aws:cloudformation:eu-west-1:123456789012:stack/s", "r",
                "PutSubscriptionFilter operation cannot work with destinationArn for vendor cloudformation"
            ),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:own", nil,
                "The log group provided is reserved for the function logs of the destination function."
            ),
        ] as [(String, String?, String)]) func `a destination that does not go is refused in AWS's words`(
            destination: String, role: String?, expected: String
        ) throws
    {
        let bench = try self.filled()
        try bench.createGroup("/aws/lambda/own")
        let error = #expect(throws: ServiceError.self) {
            try bench.subscribe(to: destination, role: role, group: "/aws/lambda/own")
        }
        #expect(code(error) == "InvalidParameterException")
        #expect(message(error) == expected)
    }

    @Test(arguments: [
        "f", "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws:lambda:eu-west-1:999999999999:function:f",
        "arn:aws:lambda:eu-west-1:123456789012:layer:f",
        "arn:aws:lambda:eu-west-1:123456789012:function:" + String(repeating: "x", count: 10_000),
        "arn:aws:lambda:eu-west-1:123456789012:function:a/b",
    ]) func `functions elsewhere and other things are refused`(destination: String) throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) { try bench.subscribe(to: destination) }
        #expect(code(error) == "InvalidParameterException")
    }

    @Test(
        arguments: [
            ("arn:aws:kinesis:eu-west-1:123456789012:stream/s", "r"),
            ("arn:aws:firehose:eu-west-1:123456789012:deliverystream/s", "r"),
            ("arn:aws:logs:eu-west-1:999999999999:destination:d", nil),
        ] as [(String, String?)]) func `streams and logical destinations answer 501`(destination: String, role: String?)
        throws
    {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) { try bench.subscribe(to: destination, role: role) }
        #expect(error?.apiError?.status == 501)
    }

    @Test func `bad patterns are refused, and regular expressions count with those of metric filters`() throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) { try bench.subscribe(pattern: "[a") }
        #expect(message(error) == "If a filter pattern starts with '[' it must end with ']'")
        for number in 0..<5 {
            _ = try bench.run(
                PutMetricFilter.self,
                PutMetricFilterInput(
                    logGroupName: "g", filterName: "m\(number)", filterPattern: "%x%",
                    metricTransformations: [
                        MetricTransformation(metricName: "m", metricNamespace: "n", metricValue: "1")
                    ]))
        }
        let quota = #expect(throws: ServiceError.self) { try bench.subscribe(pattern: "%x%") }
        #expect(code(quota) == "LimitExceededException")
    }

    @Test func `a filter or a group that is not there is told`() throws {
        let bench = try self.filled()
        let noFilter = #expect(throws: ServiceError.self) {
            try bench.run(
                DeleteSubscriptionFilter.self, DeleteSubscriptionFilterInput(logGroupName: "g", filterName: "s"))
        }
        #expect(code(noFilter) == "ResourceNotFoundException")
        #expect(message(noFilter) == "The specified subscription filter does not exist.")
        _ = try bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "g"))
        let errors = [
            #expect(throws: ServiceError.self) { try bench.subscribe() },
            #expect(throws: ServiceError.self) { try self.describe(bench) },
            #expect(throws: ServiceError.self) {
                try bench.run(
                    DeleteSubscriptionFilter.self, DeleteSubscriptionFilterInput(logGroupName: "g", filterName: "s"))
            },
        ]
        for error in errors { #expect(message(error) == "The specified log group does not exist.") }
    }

    @Test func `filters go with their group`() throws {
        let bench = try self.filled()
        try bench.subscribe()
        _ = try bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "g"))
        try bench.createGroup()
        #expect(try self.describe(bench).isEmpty)
    }

    @Test func `settings that are not here answer 501 by name`() throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                PutSubscriptionFilter.self,
                PutSubscriptionFilterInput(
                    logGroupName: "g", filterName: "f", filterPattern: "", destinationArn: functionARN,
                    emitSystemFields: ["@aws.account"]))
        }
        #expect(error?.apiError?.status == 501)
        #expect(message(error)?.contains("emitSystemFields") == true)
    }
}
