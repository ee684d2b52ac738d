internal import ApusBase
internal import ApusWire

/// Compresses answers for clients that ask for it by name.
///
/// Which answers may be compressed is said by whoever makes them (`HTTPResponse.Compression`); docs/decisions/0016 has why.
enum AnswerCompression {
    /// Less is not worth a header, and fits into a packet either way.
    static let leastBytes = 1_024
    /// More would keep an event loop for milliseconds, at some 10 ms for a mebibyte.
    static let mostBytes = 262_144

    static func apply(to response: inout HTTPResponse, form: AnswerForm) {
        guard response.compression == .whereAccepted, form.acceptsGzip, form.hasBody,
            (Self.leastBytes...Self.mostBytes).contains(response.body.count),
            response.headers["content-encoding"] == nil
        else { return }
        let compressed = Gzip.compress(response.body)
        guard compressed.count < response.body.count else { return }
        response.body = compressed
        response.headers.add("content-encoding", "gzip")
        response.headers.add("vary", "accept-encoding")
        // DynamoDB's checksum is of the bytes that are sent.
        if response.headers["x-amz-crc32"] != nil {
            response.headers.replace("x-amz-crc32", String(Digest.crc32(compressed)))
        }
    }

    /// Whether an `Accept-Encoding` asks for gzip by name (RFC 9110 §12.5.3). `*` does not: API Gateway documents that it
    /// compresses for an explicit coding only, and a client that does not care has no use for it.
    static func isGzipAccepted(by value: String) -> Bool {
        for element in value.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = element.split(separator: UInt8(ascii: ";"))
            guard let coding = parts.first.map(Self.word), coding == "gzip" || coding == "x-gzip" else { continue }
            return !parts.dropFirst().contains { part in
                let weight = Self.word(part)
                // A weight of 0, in any of its forms, refuses.
                return weight.hasPrefix("q=") && weight.dropFirst(2).utf8.allSatisfy { $0 == 0x30 || $0 == 0x2E }
            }
        }
        return false
    }

    private static func word(_ bytes: Substring.UTF8View) -> String {
        FieldName.lowercased(String(Substring(bytes)).filter { $0 != " " && $0 != "\t" })
    }
}
