import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct MetricFilterTests {
    private let count = MetricTransformation(metricName: "Errors", metricNamespace: "App", metricValue: "1")

    @discardableResult
    private func put(
        _ bench: TestBench, _ name: String = "f", pattern: String = "ERROR", group: String = "g",
        metric transformation: MetricTransformation? = nil
    ) throws(ServiceError) -> PutMetricFilterOutput {
        try bench.run(
            PutMetricFilter.self,
            PutMetricFilterInput(
                logGroupName: group, filterName: name, filterPattern: pattern,
                metricTransformations: [transformation ?? self.count]))
    }

    private func names(_ bench: TestBench, _ input: DescribeMetricFiltersInput) throws -> [String?] {
        try bench.run(DescribeMetricFilters.self, input).metricFilters?.map(\.filterName) ?? []
    }

    private func filled() throws -> TestBench {
        let bench = TestBench()
        try bench.createGroup()
        return bench
    }

    @Test func `a filter is stored as it was given`() throws {
        let bench = try self.filled()
        let transformation = MetricTransformation(
            metricName: "Latency", metricNamespace: "App", metricValue: "$.latency", dimensions: ["Path": "$.path"],
            unit: "Milliseconds")
        try self.put(bench, pattern: "{ $.latency = * }", metric: transformation)
        let filter = try #require(
            try bench.run(DescribeMetricFilters.self, DescribeMetricFiltersInput(logGroupName: "g")).metricFilters?
                .first)
        #expect(filter.filterName == "f")
        #expect(filter.filterPattern == "{ $.latency = * }")
        #expect(filter.logGroupName == "g")
        #expect(filter.creationTime == Int(bench.clock.now.milliseconds))
        #expect(filter.metricTransformations == [transformation])
        let group = try bench.run(DescribeLogGroups.self, DescribeLogGroupsInput()).logGroups?.first
        #expect(group?.metricFilterCount == 1)
    }

    @Test func `putting a name again replaces the filter`() throws {
        let bench = try self.filled()
        try self.put(bench)
        try self.put(bench, pattern: "WARN")
        let filters = try bench.run(DescribeMetricFilters.self, DescribeMetricFiltersInput()).metricFilters
        #expect(filters?.map(\.filterPattern) == ["WARN"])
    }

    @Test func `filters of a group come by name, with a prefix, page by page`() throws {
        let bench = try self.filled()
        for name in ["b", "a2", "a1", "c"] { try self.put(bench, name) }
        #expect(try self.names(bench, DescribeMetricFiltersInput(logGroupName: "g")) == ["a1", "a2", "b", "c"])
        #expect(
            try self.names(bench, DescribeMetricFiltersInput(logGroupName: "g", filterNamePrefix: "a")) == ["a1", "a2"])
        let first = try bench.run(
            DescribeMetricFilters.self, DescribeMetricFiltersInput(logGroupName: "g", limit: 2))
        #expect(first.metricFilters?.map(\.filterName) == ["a1", "a2"])
        let rest = DescribeMetricFiltersInput(logGroupName: "g", nextToken: first.nextToken, limit: 2)
        #expect(try self.names(bench, rest) == ["b", "c"])
        #expect(try bench.run(DescribeMetricFilters.self, rest).nextToken == nil)
    }

    @Test func `without a group the filters of all groups come, by metric too`() throws {
        let bench = try self.filled()
        try bench.createGroup("h")
        try self.put(bench, "b", group: "h")
        try self.put(bench, "a", group: "h")
        try self.put(
            bench, "b", metric: MetricTransformation(metricName: "Other", metricNamespace: "App", metricValue: "1"))
        #expect(try self.names(bench, DescribeMetricFiltersInput()) == ["a", "b", "b"])
        let first = try bench.run(DescribeMetricFilters.self, DescribeMetricFiltersInput(limit: 2))
        let second = try bench.run(
            DescribeMetricFilters.self, DescribeMetricFiltersInput(nextToken: first.nextToken, limit: 2))
        let groups = (first.metricFilters! + second.metricFilters!).map(\.logGroupName)
        #expect(groups == ["h", "g", "h"])
        #expect(
            try self.names(bench, DescribeMetricFiltersInput(metricName: "Other", metricNamespace: "App")) == ["b"])
        let error = #expect(throws: ServiceError.self) {
            try self.names(bench, DescribeMetricFiltersInput(metricName: "Other"))
        }
        #expect(code(error) == "InvalidParameterException")
    }

    @Test func `a deleted filter is gone, and one that is not there is told`() throws {
        let bench = try self.filled()
        try self.put(bench)
        let delete = DeleteMetricFilterInput(logGroupName: "g", filterName: "f")
        _ = try bench.run(DeleteMetricFilter.self, delete)
        #expect(try self.names(bench, DescribeMetricFiltersInput()).isEmpty)
        let error = #expect(throws: ServiceError.self) { try bench.run(DeleteMetricFilter.self, delete) }
        #expect(code(error) == "ResourceNotFoundException")
        #expect(message(error) == "The specified metric filter does not exist.")
    }

    @Test func `filters go with their group`() throws {
        let bench = try self.filled()
        try self.put(bench)
        _ = try bench.run(DeleteLogGroup.self, DeleteLogGroupInput(logGroupName: "g"))
        try bench.createGroup()
        #expect(try self.names(bench, DescribeMetricFiltersInput()).isEmpty)
        #expect(try self.names(bench, DescribeMetricFiltersInput(logGroupName: "g")).isEmpty)
    }

    @Test func `a group that is not there is told`() {
        let bench = TestBench()
        let errors = [
            #expect(throws: ServiceError.self) { try self.put(bench) },
            #expect(throws: ServiceError.self) {
                try bench.run(
                    DeleteMetricFilter.self, DeleteMetricFilterInput(logGroupName: "g", filterName: "f"))
            },
            #expect(throws: ServiceError.self) {
                try self.names(bench, DescribeMetricFiltersInput(logGroupName: "g"))
            },
        ]
        for error in errors {
            #expect(code(error) == "ResourceNotFoundException")
            #expect(message(error) == "The specified log group does not exist.")
        }
    }

    @Test func `bad patterns are refused in AWS's words`() throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) { try self.put(bench, pattern: "%f(x)%") }
        #expect(code(error) == "InvalidParameterException")
        #expect(message(error) == "Invalid character(s) in term '%f(x)%'")
    }

    @Test func `dimensions want fields, and no default value`() throws {
        let bench = try self.filled()
        var transformation = self.count
        transformation.dimensions = ["d": "$.d"]
        let terms = #expect(throws: ServiceError.self) { try self.put(bench, metric: transformation) }
        #expect(message(terms) == "The specified filter pattern does not support dimensions")
        transformation.defaultValue = 0
        let both = #expect(throws: ServiceError.self) {
            try self.put(bench, pattern: "{ $.d = * }", metric: transformation)
        }
        #expect(
            message(both)
                == "Invalid metric transformation: dimensions and default value are mutually exclusive properties")
        transformation.defaultValue = nil
        transformation.dimensions = ["a": "$.a", "b": "$.b", "c": "$.c", "d": "$.d"]
        let four = #expect(throws: ServiceError.self) {
            try self.put(bench, pattern: "{ $.d = * }", metric: transformation)
        }
        #expect(code(four) == "InvalidParameterException")
        let value = MetricTransformation(metricName: "m", metricNamespace: "n", metricValue: "latency")
        let noValue = #expect(throws: ServiceError.self) { try self.put(bench, metric: value) }
        #expect(code(noValue) == "InvalidParameterException")
    }

    @Test func `a group has at most 100 filters, 5 of them with regular expressions`() throws {
        let bench = try self.filled()
        for number in 0..<5 { try self.put(bench, "r\(number)", pattern: "%a\(number)%") }
        try self.put(bench, "r0", pattern: "%b%")
        let regex = #expect(throws: ServiceError.self) { try self.put(bench, "r5", pattern: "%c%") }
        #expect(code(regex) == "LimitExceededException")
        #expect(message(regex) == "Resource limit exceeded.")
        for number in 5..<100 { try self.put(bench, "f\(number)") }
        let error = #expect(throws: ServiceError.self) { try self.put(bench, "more") }
        #expect(code(error) == "LimitExceededException")
        try self.put(bench, "f5", pattern: "WARN")
    }

    @Test func `groups of infrequent access have no filters`() throws {
        let bench = TestBench()
        _ = try bench.run(
            CreateLogGroup.self, CreateLogGroupInput(logGroupName: "g", logGroupClass: "INFREQUENT_ACCESS"))
        let error = #expect(throws: ServiceError.self) { try self.put(bench) }
        #expect(code(error) == "InvalidOperationException")
        #expect(message(error) == "The operation is not valid on the specified resource")
    }

    @Test func `settings that are not here answer 501 by name`() throws {
        let bench = try self.filled()
        let error = #expect(throws: ServiceError.self) {
            try bench.run(
                PutMetricFilter.self,
                PutMetricFilterInput(
                    logGroupName: "g", filterName: "f", filterPattern: "x", metricTransformations: [self.count],
                    applyOnTransformedLogs: true))
        }
        #expect(error?.apiError?.status == 501)
        #expect(message(error)?.contains("applyOnTransformedLogs") == true)
    }

    @Test func `no metric is made of what a filter matches`() throws {
        let bench = try self.filled()
        try self.put(bench)
        try bench.put(["ERROR"])
        #expect(try bench.filter() == ["ERROR"])
    }
}
