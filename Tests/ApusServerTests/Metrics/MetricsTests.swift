import Testing

@testable import ApusServer

@Suite struct MetricsTests {
    @Test func `a request counts by service, operation and status, with its duration`() throws {
        let metrics = Metrics()
        let meter = metrics.meter(service: "sqs", operation: "SendMessage")
        meter.record(status: 200, code: nil, durationNanoseconds: 30_000)
        meter.record(status: 200, code: nil, durationNanoseconds: 2_000_000_000)
        meter.record(status: 400, code: "QueueDoesNotExist", durationNanoseconds: 25_000)
        let page = try self.parse(metrics)
        let labels = ["service": "sqs", "operation": "SendMessage"]
        #expect(
            page.samples("apus_requests_total").map(\.labels) == [
                labels.merging(["status": "200"]) { $1 }, labels.merging(["status": "400"]) { $1 },
            ])
        #expect(page.samples("apus_requests_total").map(\.value) == [2, 1])
        #expect(
            page.samples("apus_errors_total") == [
                .init(
                    name: "apus_errors_total", labels: labels.merging(["code": "QueueDoesNotExist"]) { $1 }, value: 1)
            ])
        #expect(page.samples("apus_request_duration_seconds_sum").map(\.value) == [2.000055])
        #expect(page.samples("apus_request_duration_seconds_count").map(\.value) == [3])
        let buckets = page.samples("apus_request_duration_seconds_bucket")
        #expect(buckets.first { $0.labels["le"] == "2.5e-05" }?.value == 1, "a bound is inclusive")
        #expect(buckets.first { $0.labels["le"] == "5e-05" }?.value == 2)
        #expect(buckets.first { $0.labels["le"] == "1" }?.value == 2)
        #expect(buckets.first { $0.labels["le"] == "+Inf" }?.value == 3)
    }

    @Test func `the order of operations is stable and those without requests are left out`() throws {
        let metrics = Metrics()
        for name in ["SendMessage", "DeleteQueue", "ReceiveMessage"] {
            let meter = metrics.meter(service: "sqs", operation: name)
            if name != "ReceiveMessage" { meter.record(status: 200, code: nil, durationNanoseconds: 1) }
        }
        metrics.meter(service: "logs", operation: "PutLogEvents").record(status: 200, code: nil, durationNanoseconds: 1)
        let operations = try self.parse(metrics).samples("apus_requests_total").map { $0.labels["operation"] }
        #expect(operations == ["PutLogEvents", "DeleteQueue", "SendMessage"])
    }

    @Test func `an operation has one meter however often it is asked for`() {
        let metrics = Metrics()
        #expect(
            metrics.meter(service: "sqs", operation: "SendMessage")
                === metrics.meter(service: "sqs", operation: "SendMessage"))
    }

    @Test func `codes past the limit count as other`() {
        let meter = OperationMeter(service: "sqs", operation: "SendMessage")
        for number in 0..<100 { meter.record(status: 400, code: "Code\(number)", durationNanoseconds: 1) }
        #expect(meter.counts.codes.count == OperationCounts.codeLimit + 1)
        #expect(meter.counts.codes[OperationCounts.otherCode] == UInt64(100 - OperationCounts.codeLimit))
    }

    @Test func `a family shows what its closure reads, with awkward labels and values`() throws {
        let metrics = Metrics()
        metrics.register(
            MetricFamily("apus_test", .gauge, "A \\ and a\nline.") {
                [
                    .init(0.1, labels: [("path", "a\\b\"c\nd")]), .init(.infinity, labels: [("path", "é")]),
                    .init(-3, labels: [("path", "")]), .init(1e300, labels: [("path", "big")]),
                ]
            })
        let page = try self.parse(metrics)
        let family = try #require(page.families.first { $0.name == "apus_test" })
        #expect(family.help == "A \\ and a\nline.")
        #expect(family.samples.map { $0.labels["path"] } == ["a\\b\"c\nd", "é", "", "big"])
        #expect(family.samples.map(\.value) == [0.1, .infinity, -3, 1e300])
    }

    @Test func `a page without a request is well-formed`() throws {
        let metrics = Metrics()
        for family in ProcessMetrics.families() { metrics.register(family) }
        let page = try self.parse(metrics)
        #expect(page.samples("apus_build_info").map(\.value) == [1])
        let bytes = try #require(page.samples("process_resident_memory_bytes").first?.value)
        #expect(bytes > 1_000_000 && bytes < 1e11)
        #expect(try #require(page.samples("process_open_fds").first?.value) >= 3)
        #expect(try #require(page.samples("process_start_time_seconds").first?.value) > 1.6e9)
        #expect(page.samples("process_cpu_seconds_total").count == 1)
        #expect(try #require(page.samples("process_max_fds").first?.value) >= 3)
    }

    @Test func `threads that count at once lose nothing`() async {
        let meter = OperationMeter(service: "sqs", operation: "SendMessage")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 { meter.record(status: 200, code: nil, durationNanoseconds: 1_000) }
                }
            }
        }
        #expect(meter.counts.durations.count == 80_000)
    }

    private func parse(_ metrics: Metrics) throws -> PrometheusParser {
        try PrometheusParser(String(decoding: metrics.page(), as: UTF8.self))
    }
}
