internal import ApusBase

/// The canonical form of a request, whose hash is signed.
struct CanonicalRequest {
    enum PathForm {
        /// All services but S3: slashes and dot segments are resolved, and what came escaped is escaped again.
        case normalized
        /// S3: a key may have dots and double slashes, and is escaped once.
        case verbatim
    }
    /// Some services have the session token added to a presigned URL after it was signed.
    enum TokenInQuery { case signed, addedAfterwards }

    private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - payloadHash: the last line, as it was signed.
    init(
        _ request: borrowing HTTPRequest, _ signature: borrowing RequestSignature, pathForm: PathForm,
        tokenInQuery: TokenInQuery, payloadHash: borrowing [UInt8]
    ) {
        self.bytes.reserveCapacity(1024 + request.path.utf8.count + request.query.utf8.count)
        self.bytes.append(contentsOf: request.method.utf8)
        self.newLine()
        switch pathForm {
        case .normalized: CanonicalPath.appendNormalized(request.path, to: &self.bytes)
        case .verbatim: CanonicalPath.appendVerbatim(request.path, to: &self.bytes)
        }
        self.newLine()
        if !request.query.isEmpty {
            var omitted: [String] = signature.place == .header ? [] : [PresignedQuery.signatureName]
            if tokenInQuery == .addedAfterwards { omitted.append(PresignedQuery.securityTokenName) }
            CanonicalQuery.append(request.query, leavingOut: omitted, to: &self.bytes)
        }
        self.newLine()
        for name in signature.signedHeaders { self.append(header: name, of: request.headers) }
        self.newLine()
        for (index, name) in signature.signedHeaders.enumerated() {
            if index > 0 { self.bytes.append(UInt8(ascii: ";")) }
            self.bytes.append(contentsOf: name.utf8)
        }
        self.newLine()
        self.bytes.append(contentsOf: copy payloadHash)
    }

    private mutating func newLine() { self.bytes.append(UInt8(ascii: "\n")) }

    /// `name:value,value` and a line break; the values in the order in which they came. A header that is absent has the
    /// empty value, as for a client that signed one it did not send.
    private mutating func append(header name: String, of headers: HTTPFields) {
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(UInt8(ascii: ":"))
        let length: Int = name.utf8.count
        var isFirst = true
        // By index: a loop over the fields would hold name and value of each, which costs more than comparing them.
        for index in headers.fields.indices
        where headers.fields[index].name.utf8.count == length && headers.fields[index].name == name {
            if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            self.appendFolded(headers.fields[index].value)
        }
        self.newLine()
    }

    /// Without white space at the ends, and one space for any run of it within.
    private mutating func appendFolded(_ value: String) {
        var value: String = value
        value.withUTF8 { text in
            var needsSpace = false
            var start = 0
            var index = 0
            let first: Int = self.bytes.count
            while index < text.count {
                guard Self.isSpace(text[index]) else {
                    index += 1
                    continue
                }
                if index > start { self.append(text[start..<index], after: needsSpace && self.bytes.count > first) }
                needsSpace = needsSpace || index > start
                while index < text.count, Self.isSpace(text[index]) { index += 1 }
                start = index
            }
            if start < text.count { self.append(text[start...], after: needsSpace && self.bytes.count > first) }
        }
    }

    private mutating func append(_ word: Slice<UnsafeBufferPointer<UInt8>>, after space: Bool) {
        if space { self.bytes.append(UInt8(ascii: " ")) }
        self.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: word))
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
