internal import ApusWire
internal import NIOHPACK

/// Writes answers as HTTP/2 header blocks.
enum HTTP2Answer {
    /// The header of `response`, under the rules of `ResponseSerializer`. A body in parts has no length; its last frame says that
    /// it is the last.
    ///
    /// What is different in each answer stays out of the compression's table, where it would push out what is not.
    static func block(_ response: HTTPResponse, form: AnswerForm, date: String) -> HPACKHeaders {
        let status: Int = (200...999).contains(response.status) ? response.status : 500
        let mayHaveBody = status != 204 && status != 304
        var block = HPACKHeaders()
        block.reserveCapacity(response.headers.fields.count + 3)
        block.add(name: ":status", value: Self.text(status))
        var statedLength: String?
        for field in response.headers.fields {
            switch field.name.utf8.count {
            case 4 where field.name == "date": continue
            case 7 where field.name == "upgrade": continue
            case 10 where field.name == "connection" || field.name == "keep-alive": continue
            case 16 where field.name == "proxy-connection": continue
            case 17 where field.name == "transfer-encoding": continue
            case 14 where field.name == "content-length": statedLength = field.value
            default: Self.add(field, to: &block)
            }
        }
        block.add(name: "date", value: date)
        if mayHaveBody, response.source == nil {
            let length = !form.hasBody ? statedLength ?? String(response.body.count) : String(response.body.count)
            block.add(name: "content-length", value: length, indexing: .nonIndexable)
        }
        return block
    }

    /// The body that follows the header in one piece; nil where there is none.
    static func body(_ response: HTTPResponse, form: AnswerForm) -> [UInt8]? {
        self.mayHaveBody(response, form: form) && !response.body.isEmpty ? response.body : nil
    }

    static func mayHaveBody(_ response: HTTPResponse, form: AnswerForm) -> Bool {
        response.status != 204 && response.status != 304 && form.hasBody
    }

    private static func add(_ field: HTTPFields.Field, to block: inout HPACKHeaders) {
        var name = field.name
        guard name.withUTF8({ bytes in !bytes.isEmpty && bytes.allSatisfy(FieldName.isTokenByte) }) else { return }
        if name.utf8.contains(where: { (0x41...0x5A).contains($0) }) { name = FieldName.lowercased(name) }
        let indexing: HPACKIndexing =
            switch name {
            case "set-cookie": .neverIndexed
            case "x-amzn-requestid", "x-amz-crc32", "x-amzn-trace-id", "etag", "last-modified", "location":
                .nonIndexable
            default: .indexable
            }
        block.add(name: name, value: Self.clean(field.value), indexing: indexing)
    }

    /// Control characters become spaces, and there are none around a value.
    private static func clean(_ value: String) -> String {
        let bytes = value.utf8
        let isClean = bytes.allSatisfy(LineBytes.mayBeInValue)
        let isTrimmed = !(bytes.first.map(LineBytes.isSpace) ?? false) && !(bytes.last.map(LineBytes.isSpace) ?? false)
        if isClean, isTrimmed { return value }
        var cleaned = bytes.map { LineBytes.mayBeInValue($0) ? $0 : LineBytes.space }[...]
        while let first = cleaned.first, LineBytes.isSpace(first) { cleaned.removeFirst() }
        while let last = cleaned.last, LineBytes.isSpace(last) { cleaned.removeLast() }
        return String(decoding: cleaned, as: UTF8.self)
    }

    private static func text(_ status: Int) -> String {
        switch status {
        case 200: "200"
        case 400: "400"
        case 404: "404"
        default: String(status)
        }
    }
}
