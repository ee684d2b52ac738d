import ApusBase
import Testing

@testable import ApusSQS

@Suite struct ReceiptHandleTests {
    private let handle = ReceiptHandle(queue: QueueID(7), sequence: 258, receives: 3, secret: 0x1122_3344_5566_7788)

    @Test func `a handle reads back as it was written`() {
        #expect(ReceiptHandle(self.handle.text) == self.handle)
        #expect(self.handle.text.utf8.count == 44)
        #expect(self.handle.text.hasPrefix("AQEB"))
    }

    @Test func `its bytes are the queue, the sequence, the receive, the secret and a checksum`() {
        let bytes = Base64.decode(self.handle.text) ?? []
        #expect(
            Hex.encode(Array(bytes.prefix(31)))
                == "010101" + "0000000000000007" + "0000000000000102" + "00000003" + "1122334455667788")
    }

    @Test(arguments: [
        "", "abc", "AQEB", "handle with spaces and of forty-four letters", String(repeating: "A", count: 44),
    ])
    func `what was never given out is no handle`(text: String) {
        #expect(ReceiptHandle(text) == nil)
    }

    @Test func `a handle with any bit changed is no handle`() {
        let bytes = Base64.decode(self.handle.text) ?? []
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(ReceiptHandle(Base64.encode(changed)) == nil)
            }
        }
    }
}
