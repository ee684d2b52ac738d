/// What stands around the root element, and what all markup is made of.
extension XMLParser {
    /// `<?xml version="1.0" encoding="UTF-8"?>`; another encoding is refused.
    mutating func textDeclaration() throws(XMLError) {
        let start = self.index
        try self.pass("?>", from: start + 5)
        let text = self.bytes[start..<self.index]
        guard let encoding = text.firstRange(of: "encoding".utf8) else { return }
        let value = text[encoding.upperBound...].split { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
            .dropFirst()
        let name = String(decoding: value.first ?? [], as: UTF8.self).lowercased()
        guard name == "utf-8" || name == "us-ascii" else {
            throw XMLError(offset: encoding.lowerBound, reason: .invalidEncoding)
        }
    }

    mutating func passMiscellany() throws(XMLError) {
        while true {
            _ = self.skipSpace()
            if self.starts(with: "<!--") {
                try self.comment()
            } else if self.starts(with: "<?") {
                try self.instruction()
            } else if self.starts(with: "<!") {
                throw self.error(.declaration)
            } else {
                return
            }
        }
    }

    /// Two hyphens may not stand in a comment but at its end.
    mutating func comment() throws(XMLError) {
        try self.pass("--", from: self.index + 4)
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard self.bytes[self.index] == UInt8(ascii: ">") else { throw self.unexpected() }
        self.index += 1
    }

    /// A second text declaration, which looks like an instruction, is refused.
    mutating func instruction() throws(XMLError) {
        let start = self.index
        self.index += 2
        let target = try self.name()
        let name = self.bytes[Int(target.lowerBound)..<Int(target.upperBound)]
        if String(decoding: name, as: UTF8.self).lowercased() == "xml" {
            throw XMLError(offset: start, reason: .declaration)
        }
        try self.pass("?>", from: self.index)
    }

    /// Goes on after `terminator`; what is before must be characters that XML can hold.
    mutating func pass(_ terminator: StaticString, from start: Int) throws(XMLError) {
        guard let end = Self.end(of: terminator, in: self.bytes, from: start, to: self.bytes.count) else {
            throw XMLError(offset: self.bytes.count, reason: .unexpectedEnd)
        }
        for index in start..<end where self.bytes[index] < 0x20 {
            if self.bytes[index] == 0x09 || self.bytes[index] == 0x0a || self.bytes[index] == 0x0d { continue }
            throw XMLError(offset: index, reason: .controlCharacter)
        }
        self.index = end
    }

    /// Where the first `terminator` between two places ends; nil where there is none.
    static func end(of terminator: StaticString, in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
        let count = terminator.utf8CodeUnitCount
        var index = start
        while index + count <= end {
            if bytes[index] == terminator.utf8Start[0],
                terminator.withUTF8Buffer({ bytes[index..<index + count].elementsEqual($0) })
            {
                return index + count
            }
            index += 1
        }
        return nil
    }

    /// A name, with a prefix before a colon or without. All that is not ASCII may be in one.
    ///
    /// Source: "Namespaces in XML 1.0", §4: neither part is empty, and each begins as a name does.
    mutating func name() throws(XMLError) -> Range<Int32> {
        let start = self.index
        var isBeginning = true
        var hasPrefix = false
        while self.index < self.bytes.count, Self.isNameByte(self.bytes[self.index]) {
            let byte = self.bytes[self.index]
            if byte == UInt8(ascii: ":") {
                guard !isBeginning, !hasPrefix else { throw self.unexpected() }
                hasPrefix = true
                isBeginning = true
            } else {
                guard !isBeginning || Self.mayBegin(byte) else { throw self.unexpected() }
                isBeginning = false
            }
            self.index += 1
        }
        guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
        guard !isBeginning else { throw self.unexpected() }
        return Int32(start)..<Int32(self.index)
    }

    /// Whether a byte that may be in a name may begin one.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") && !(0x30...0x39).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: byte >= 0x80
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    /// Whether there was any.
    mutating func skipSpace() -> Bool {
        let start = self.index
        while self.index < self.bytes.count, Self.isSpace(self.bytes[self.index]) { self.index += 1 }
        return self.index > start
    }

    func starts(with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard self.index + count <= self.bytes.count else { return false }
        return text.withUTF8Buffer { self.bytes[self.index..<self.index + count].elementsEqual($0) }
    }

    func isEqual(_ left: Range<Int32>, _ right: Range<Int32>) -> Bool {
        left.count == right.count
            && self.bytes[Int(left.lowerBound)..<Int(left.upperBound)].elementsEqual(
                self.bytes[Int(right.lowerBound)..<Int(right.upperBound)])
    }

    func error(_ reason: XMLError.Reason) -> XMLError { XMLError(offset: self.index, reason: reason) }

    /// The error for the byte that is next, which must be there.
    func unexpected() -> XMLError { self.error(.unexpectedByte(self.bytes[self.index])) }
}
