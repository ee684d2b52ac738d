import Testing

@testable import ApusServer

/// The parser that judges our page must refuse what is wrong.
@Suite struct PrometheusParserTests {
    private static let head = "# HELP a Text.\n# TYPE a gauge\n"

    @Test func `the example of the specification is read`() throws {
        let page = try PrometheusParser(
            """
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027
            http_requests_total{method="post",code="400"} 3
            # HELP http_request_duration_seconds A histogram of the request duration.
            # TYPE http_request_duration_seconds histogram
            http_request_duration_seconds_bucket{le="0.05"} 24054
            http_request_duration_seconds_bucket{le="+Inf"} 144320
            http_request_duration_seconds_sum 53423
            http_request_duration_seconds_count 144320

            """)
        #expect(page.families.map(\.name) == ["http_requests_total", "http_request_duration_seconds"])
        #expect(page.samples("http_requests_total").last?.value == 3)
    }

    @Test(arguments: [
        "a 1\n", Self.head + "a 1", Self.head + "a 1\n\n", Self.head + "b 1\n", Self.head + "a{x=1} 1\n",
        Self.head + "a{x=\"1} 1\n", Self.head + "a{x=\"\\q\"} 1\n", Self.head + "a{1x=\"\"} 1\n", Self.head + "a one\n",
        Self.head + "a 1\na 2\n", Self.head + Self.head + "a 1\n", "# TYPE a gauge\na 1\n", Self.head + "a\n",
        "# HELP a T\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_sum 1\na_count 2\n",
        "# HELP a T\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
        "# HELP a T\n# TYPE a counter\na -1\n",
    ])
    func `what is malformed is refused`(_ page: String) {
        #expect(throws: PrometheusParser.ParseError.self) { try PrometheusParser(page) }
    }
}
