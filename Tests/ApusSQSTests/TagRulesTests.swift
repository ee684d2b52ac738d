import ApusService
import Testing

@testable import ApusSQS

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
@Suite struct TagRulesTests {
    private func isAllowed(_ key: String, _ value: String) -> Bool {
        (try? TagRules.adding([key: value], to: [:], of: "q")) != nil
    }

    @Test(arguments: ["a", "Größe", "名前", "a b", "_.:/=+-@", "x٣", "हिन्दी"])
    func `tags have letters and digits of any language, whitespace, and some punctuation`(text: String) {
        #expect(self.isAllowed(text, text))
    }

    @Test(arguments: ["a!", "a#b", "a\nb", "a\u{0}", "😀", "<a>", "a,b"])
    func `and nothing else`(text: String) {
        #expect(!self.isAllowed(text, "v"))
        #expect(!self.isAllowed("k", text))
    }

    @Test func `neither begins with what AWS reserves`() {
        #expect(!self.isAllowed("aws:k", "v"))
        #expect(!self.isAllowed("AWS:k", "v"))
        #expect(!self.isAllowed("k", "aws:v"))
        #expect(self.isAllowed("awsk", "not aws:"))
    }

    @Test func `keys have 1 to 128 characters, values up to 256`() {
        #expect(self.isAllowed(String(repeating: "ä", count: 128), String(repeating: "ä", count: 256)))
        #expect(!self.isAllowed(String(repeating: "ä", count: 129), ""))
        #expect(!self.isAllowed("", "v"))
        #expect(!self.isAllowed("k", String(repeating: "ä", count: 257)))
    }

    @Test func `a queue has at most 50`() throws {
        var tags: [String: String] = [:]
        for number in 0..<50 { tags["k\(number)"] = "v" }
        #expect(try TagRules.adding(["k0": "w"], to: tags, of: "q").count == 50)
        #expect((try? TagRules.adding(["k50": "v"], to: tags, of: "q")) == nil)
    }
}
