import ApusLambda
import Testing

/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
@Suite struct BatchVerdictTests {
    private let ids = ["a", "b", "c"]

    @Test(arguments: [
        "", "null", "{}", #"{"batchItemFailures":null}"#, #"{"batchItemFailures":[]}"#, #"{"other":1}"#,
    ]) func `a response without failures is a success`(response: String) {
        #expect(BatchVerdict.succeeded(self.ids, response: Array(response.utf8), isFIFO: false) == [0, 1, 2])
    }

    @Test(arguments: [
        "not json", #""text""#, #"{"batchItemFailures":"a"}"#, #"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        #"{"batchItemFailures":[{"itemIdentifier":null}]}"#, #"{"batchItemFailures":[{"id":"a"}]}"#,
        #"{"batchItemFailures":["a"]}"#, #"{"batchItemFailures":[{"itemIdentifier":"stranger"}]}"#,
    ]) func `a bad response fails the whole batch`(response: String) {
        #expect(BatchVerdict.succeeded(self.ids, response: Array(response.utf8), isFIFO: false) == [])
    }

    @Test func `named messages fail alone`() {
        let response = Array(#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#.utf8)
        #expect(BatchVerdict.succeeded(self.ids, response: response, isFIFO: false) == [0, 2])
    }

    @Test func `in a FIFO queue what follows a failure failed too`() {
        let response = Array(#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#.utf8)
        #expect(BatchVerdict.succeeded(self.ids, response: response, isFIFO: true) == [0])
    }
}
