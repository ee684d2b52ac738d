/// What matters of a request's head.
struct RuntimeRequestHead {
    var method: String = ""
    var path: String = ""
    var contentLength = 0
    var chunked = false
    var keepAlive = true
    var expectsContinue = false
    var errorType: String?
    /// `Lambda-Runtime-Function-Response-Mode: streaming`
    var isStreaming = false
    /// `Apus-Gives-Back`
    var givesBack = false
    var fields = RuntimeRequest.ExtensionFields()
    private var typeOfContent: ArraySlice<UInt8> = []
    var contentType: String? {
        self.typeOfContent.isEmpty ? nil : String(decoding: self.typeOfContent.prefix(1024), as: UTF8.self)
    }

    /// Nil when it is not the head of an HTTP/1 request, or names its length in two ways.
    init?(_ head: ArraySlice<UInt8>) {
        var lines = Self.lines(head).makeIterator()
        guard let first = lines.next() else { return nil }
        let words = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, Self.equal(words[2].prefix(7), "http/1.") else { return nil }
        self.method = String(decoding: words[0], as: UTF8.self)
        self.path = String(decoding: words[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        self.keepAlive = words[2].last != UInt8(ascii: "0")
        var hasLength = false
        while let line = lines.next() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return nil }
            let name = line[..<colon]
            let value = Self.trimmed(line[(colon + 1)...])
            switch name.count {
            case 14 where Self.equal(name, "content-length"):
                guard let length = Self.decimal(value), !hasLength || length == self.contentLength else { return nil }
                self.contentLength = length
                hasLength = true
            case 17 where Self.equal(name, "transfer-encoding"):
                guard Self.equal(value, "chunked") else { return nil }
                self.chunked = true
            case 10 where Self.equal(name, "connection"):
                if Self.equal(value, "close") { self.keepAlive = false }
                if Self.equal(value, "keep-alive") { self.keepAlive = true }
            case 6 where Self.equal(name, "expect"):
                self.expectsContinue = Self.equal(value, "100-continue")
            case 12 where Self.equal(name, "content-type"): self.typeOfContent = value
            case 15 where Self.equal(name, "apus-gives-back"): self.givesBack = true
            case 37 where Self.equal(name, "lambda-runtime-function-response-mode"):
                self.isStreaming = Self.equal(value, "streaming")
            case 34 where Self.equal(name, "lambda-runtime-function-error-type"):
                self.errorType = String(decoding: value.prefix(256), as: UTF8.self)
            case 21... where Self.equal(name.prefix(17), "lambda-extension-"): self.note(name, value)
            default: break
            }
        }
        if self.chunked && hasLength { return nil }
    }

    private mutating func note(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        let text = String(decoding: value.prefix(256), as: UTF8.self)
        if Self.equal(name, "lambda-extension-name") { self.fields.name = text }
        if Self.equal(name, "lambda-extension-identifier") { self.fields.identifier = text }
        if Self.equal(name, "lambda-extension-function-error-type") { self.fields.errorType = text }
        if Self.equal(name, "lambda-extension-accept-feature") {
            self.fields.wantsAccount = text.split(separator: ",").contains { $0.filter { $0 != " " } == "accountId" }
        }
    }

    /// The value of a header line of that name, which is given in lower case.
    static func value(of name: StaticString, in line: ArraySlice<UInt8>) -> String? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Self.equal(line[..<colon], name) else { return nil }
        return String(decoding: Self.trimmed(line[(colon + 1)...]), as: UTF8.self)
    }

    private static func lines(_ head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        for var line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            lines.append(line)
        }
        return lines
    }

    private static func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var value = value
        while let first = value.first, first == 32 || first == 9 { value.removeFirst() }
        while let last = value.last, last == 32 || last == 9 { value.removeLast() }
        return value
    }

    /// Compares with a text in lower case.
    private static func equal(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { wanted in
            bytes.enumerated().allSatisfy { offset, byte in
                (byte >= 65 && byte <= 90 ? byte | 0x20 : byte) == wanted[offset]
            }
        }
    }

    private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard (1...15).contains(bytes.count) else { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= 48, byte <= 57 else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        return value
    }
}
