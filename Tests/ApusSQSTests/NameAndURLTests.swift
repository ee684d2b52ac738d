import Testing

@testable import ApusSQS

@Suite struct NameAndURLTests {
    @Test(arguments: ["a", "Queue-1_x", String(repeating: "q", count: 80)])
    func `letters, digits, hyphens and underscores name a standard queue`(name: String) {
        #expect(QueueName.isValid(name, .standard))
    }

    @Test(arguments: ["", "a b", "a.b", "q.fifo", "ä", String(repeating: "q", count: 81)])
    func `nothing else names a standard queue`(name: String) {
        #expect(!QueueName.isValid(name, .standard))
    }

    @Test func `the name of a FIFO queue ends with its suffix, which counts`() {
        #expect(QueueName.isValid("q.fifo", .fifo))
        #expect(QueueName.isValid(String(repeating: "q", count: 75) + ".fifo", .fifo))
        #expect(!QueueName.isValid(String(repeating: "q", count: 76) + ".fifo", .fifo))
        #expect(!QueueName.isValid(".fifo", .fifo))
        #expect(!QueueName.isValid("q", .fifo))
        #expect(!QueueName.isValid("a.b.fifo", .fifo))
    }

    @Test(
        arguments: [
            "http://localhost:4566/123456789012/q", "https://sqs.us-east-1.amazonaws.com/123456789012/q",
            "http://sqs.us-east-1.localhost.localstack.cloud:4566/123456789012/q", "/123456789012/q", "123456789012/q",
        ])
    func `a URL is read from its end`(text: String) {
        #expect(QueueURL(text) == QueueURL(account: "123456789012", name: "q"))
    }

    @Test(arguments: [
        "", "q", "/q", "http://h/12345678901/q", "http://h/x123456789012/q", "http://h/123456789012/", "https://h",
    ])
    func `what names no account and queue is no URL`(text: String) {
        #expect(QueueURL(text) == nil)
    }

    @Test func `a URL is given out under the endpoint that the caller used`() {
        #expect(
            QueueURL(account: "123456789012", name: "q").text(endpoint: "http://box:1") == "http://box:1/123456789012/q"
        )
    }
}
