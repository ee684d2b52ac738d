import ApusWire

@testable import ApusHTTP

/// HTTP/1.1: however the bytes of a connection are cut into reads, the same requests come out, and what is refused is refused.
/// Of two reasons for it, the one that is seen first depends on what has come.
///
/// The first byte says how they are cut.
enum HTTPTarget {
    private struct Parsed: Equatable {
        var method: String
        var path: String
        var query: String
        var fields: HTTPFields
        var contentLength: Int?
        var body: [UInt8] = []
        var isWhole = false
    }
    private struct Outcome: Equatable {
        var requests: [Parsed] = []
        var isRefused = false
    }

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let whole = Self.parse(stream, step: max(1, stream.count))
        let pieces = Self.parse(stream, step: 1 + Int(first))
        try FuzzFailure.unless(whole == pieces, "a cut after \(1 + Int(first)) bytes changes the requests")
        for request in whole.requests {
            try FuzzFailure.unless(
                request.path.utf8.first == UInt8(ascii: "/"), "a path without slash: \(request.path)")
            if request.isWhole, let length = request.contentLength {
                try FuzzFailure.unless(request.body.count == length, "\(request.body.count) bytes of \(length)")
            }
            for field in request.fields.fields {
                try FuzzFailure.unless(
                    !field.name.isEmpty && Self.isClean(field.name) && Self.isClean(field.value), "a field")
            }
            let hasBoth = request.fields["content-length"] != nil && request.fields["transfer-encoding"] != nil
            try FuzzFailure.unless(!hasBoth, "two framings")
        }
    }

    /// Nothing with which a line could be forged.
    private static func isClean(_ text: String) -> Bool { !text.utf8.contains { $0 == 13 || $0 == 10 || $0 == 0 } }

    /// A small server: what is large is refused within a fuzzer's short inputs, too.
    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.headerBlockBytes = 512
        limits.headerFields = 16
        limits.targetBytes = 256
        limits.bodyBytes = 100_000
        return limits
    }

    private static func parse(_ bytes: [UInt8], step: Int) -> Outcome {
        var parser = RequestParser(limits: Self.limits)
        var outcome = Outcome()
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start..<min(start + step, bytes.count)])
            start += piece.count
            do throws(Refusal) {
                try piece.withUnsafeBufferPointer { (buffer) throws(Refusal) in
                    var offset = 0
                    while let part = try parser.next(UnsafeRawBufferPointer(buffer), &offset) {
                        Self.add(part, to: &outcome)
                    }
                }
            } catch {
                outcome.isRefused = true
                return outcome
            }
        }
        return outcome
    }

    private static func add(_ part: RequestParser.Part, to outcome: inout Outcome) {
        let last = outcome.requests.count - 1
        switch part {
        case .head(let head):
            let request = head.request
            outcome.requests.append(
                Parsed(
                    method: request.method, path: request.path, query: request.query, fields: request.headers,
                    contentLength: head.contentLength))
        case .body(let bytes): outcome.requests[last].body.append(contentsOf: bytes)
        case .end: outcome.requests[last].isWhole = true
        }
    }
}
