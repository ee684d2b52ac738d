import ApusService
import Testing

@testable import ApusSQS

@Suite struct BatchRulesTests {
    private func error(_ ids: [String]) -> APIError? {
        do throws(ServiceError) {
            try BatchRules.check(ids, type: "SendMessageBatchRequestEntry")
            return nil
        } catch {
            return error.apiError
        }
    }

    @Test func `a batch has one to ten entries`() {
        #expect(self.error(["a"]) == nil)
        #expect(self.error((0..<10).map { String($0) }) == nil)
        let empty = self.error([])
        #expect(empty?.oldCode == "AWS.SimpleQueueService.EmptyBatchRequest")
        #expect(empty?.message == "There should be at least one SendMessageBatchRequestEntry in the request.")
        let long = self.error((0..<11).map { String($0) })
        #expect(long?.oldCode == "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        #expect(long?.message == "Maximum number of entries per request are 10. You have sent 11.")
    }

    @Test func `ids differ`() {
        let error = self.error(["a", "b", "a"])
        #expect(error?.oldCode == "AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
        #expect(error?.message == "Id a repeated.")
    }

    @Test(arguments: ["", "a b", "a.b", "ä", String(repeating: "i", count: 81)])
    func `ids are 1 to 80 letters, digits, hyphens and underscores`(id: String) {
        let error = self.error([id])
        #expect(error?.oldCode == "AWS.SimpleQueueService.InvalidBatchEntryId")
        #expect(
            error?.message
                == "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
                + "most 80 letters long.")
    }
}
