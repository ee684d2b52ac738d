import ApusBase
import ApusLogs
import ApusService
import ApusTestSupport
import Testing

@Suite struct TestMetricFilterTests {
    private let apache = [
        #"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534"#,
        #"127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324"#,
        #"127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /apache_pb.gif HTTP/1.0" 200 4355"#,
    ]

    private func test(_ pattern: String, _ messages: [String]) throws -> [MetricFilterMatchRecord] {
        try TestBench().run(
            TestMetricFilter.self, TestMetricFilterInput(filterPattern: pattern, logEventMessages: messages)
        ).matches ?? []
    }

    /// An example of the API reference.
    @Test func `matching events are numbered from 0 and show their fields`() throws {
        let matches = try self.test("[..., status_code=200, size]", self.apache)
        #expect(matches.map(\.eventNumber) == [0, 2])
        #expect(matches.map(\.eventMessage) == [self.apache[0], self.apache[2]])
        #expect(
            matches[1].extractedValues == [
                "$1": "127.0.0.1", "$2": "-", "$3": "frank", "$4": "10/Oct/2000:13:50:35 -0700",
                "$5": "GET /apache_pb.gif HTTP/1.0", "$status_code": "200", "$size": "4355",
            ])
    }

    /// An example of the API reference.
    @Test func `terms extract nothing`() throws {
        let messages = [
            "02 May 2014 00:34:12,525 [INFO] Starting the application",
            "02 May 2014 00:35:14,245 [DEBUG] Database connection established",
            "02 May 2014 00:34:14,663 [INFO] Executing SQL Query",
            "02 May 2014 00:34:16,142 [ERROR] Unhanded exception: InvalidQueryException",
            "02 May 2014 00:34:16,224 [ERROR] Terminating the application",
        ]
        let matches = try self.test(#""[ERROR]" Exception"#, messages)
        #expect(matches.map(\.eventNumber) == [3])
        #expect(matches.first?.extractedValues == [:])
    }

    @Test func `a bad pattern is refused in AWS's words`() {
        let error = #expect(throws: ServiceError.self) { try self.test("foo-bar", ["x"]) }
        #expect(code(error) == "InvalidParameterException")
        #expect(message(error) == "Invalid character(s) in term 'foo-bar'")
    }

    @Test func `the permission knows no resource`() throws {
        let authorizer = RecordingAuthorizer()
        let bench = TestBench { $0.authorizer = authorizer }
        _ = try bench.run(
            TestMetricFilter.self, TestMetricFilterInput(filterPattern: "", logEventMessages: ["x"]))
        #expect(authorizer.demands.map(\.action) == ["logs:TestMetricFilter"])
        #expect(authorizer.demands.map(\.resource) == ["*"])
    }
}
