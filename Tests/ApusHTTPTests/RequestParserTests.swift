import ApusBase
import ApusWire
import Testing

@testable import ApusHTTP

/// The parser alone: however the bytes of a connection are cut into reads, the same requests come out.
@Suite struct RequestParserTests {
    struct Parsed: Equatable {
        var method: String
        var path: String
        var fields: HTTPFields
        var body: [UInt8]
    }
    struct Outcome: Equatable {
        var requests: [Parsed] = []
        var refusal: Refusal?
    }

    /// Gives the parser `bytes` in pieces that end where `cuts` says.
    private func parse(_ bytes: [UInt8], cuts: [Int] = []) -> Outcome {
        var parser = RequestParser(limits: HTTPLimits())
        var outcome = Outcome()
        var current: Parsed?
        var start = 0
        for end in cuts + [bytes.count] {
            let piece = Array(bytes[start..<end])
            start = end
            do throws(Refusal) {
                try piece.withUnsafeBufferPointer { (buffer) throws(Refusal) in
                    var offset = 0
                    while let part = try parser.next(UnsafeRawBufferPointer(buffer), &offset) {
                        switch part {
                        case .head(let head):
                            let request = head.request
                            current = Parsed(
                                method: request.method, path: request.path, fields: request.headers, body: [])
                        case .body(let bytes): current?.body.append(contentsOf: bytes)
                        case .end: outcome.requests.append(current!)
                        }
                    }
                    #expect(offset == buffer.count)
                }
            } catch {
                outcome.refusal = error
                return outcome
            }
        }
        return outcome
    }

    private static let pipelined = Array(
        """
        POST /a%20b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Amz-Content-SHA256:  abc \t\r\n\r\nhello\
        \r\nPUT /o HTTP/1.1\r\nhost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n0F\r\n0123456789abcde\r\n0\r\nT: x\r\n\r\n\
        GET /?q HTTP/1.0\r\nConnection: keep-alive\r\n\r\n
        """.utf8)

    @Test func `pipelined requests come out one after the other`() {
        let outcome = self.parse(Self.pipelined)
        #expect(outcome.refusal == nil)
        #expect(outcome.requests.map(\.method) == ["POST", "PUT", "GET"])
        #expect(outcome.requests.map(\.path) == ["/a%20b", "/o", "/"])
        #expect(outcome.requests[0].fields["x-amz-content-sha256"] == "abc")
        #expect(
            outcome.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["hello", "abc0123456789abcde", ""])
    }

    @Test func `a cut between any two bytes changes nothing`() {
        let whole = self.parse(Self.pipelined)
        for cut in 1..<Self.pipelined.count {
            #expect(self.parse(Self.pipelined, cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(self.parse(Self.pipelined, cuts: Array(1..<Self.pipelined.count)) == whole)
    }

    @Test(arguments: UInt64(1)...8) func `hostile bytes are refused the same however they are cut`(seed: UInt64) {
        let random = SeededEntropy(seed: seed)
        for _ in 0..<500 {
            var bytes = Self.pipelined
            for _ in 0...random.below(3) {
                let index = Int(random.below(UInt64(bytes.count)))
                switch random.below(4) {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: random.nextUInt64())
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(bytes[Int(random.below(UInt64(bytes.count)))], at: index)
                default: bytes.replaceSubrange(index..<index, with: bytes[..<index])
                }
            }
            let cuts = (0..<random.below(6)).map { _ in Int(random.below(UInt64(bytes.count))) }.sorted()
            let (whole, cut) = (self.parse(bytes), self.parse(bytes, cuts: cuts))
            #expect(whole.requests == cut.requests)
            #expect((whole.refusal == nil) == (cut.refusal == nil))
        }
    }

    @Test func `a header that never ends is refused, not kept`() {
        let endless = Array("GET / HTTP/1.1\r\nHost: h\r\nX: ".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
        let outcome = self.parse(endless, cuts: Array(stride(from: 1_000, to: endless.count, by: 1_000)))
        #expect(outcome.refusal == .headerTooLarge)
        let target = Array("GET /".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(self.parse(target).refusal == .targetTooLong(limit: 16_384))
    }
}
