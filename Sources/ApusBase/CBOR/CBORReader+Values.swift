extension CBORReader {
    package mutating func readBool() throws(CBORError) -> Bool {
        let head = try self.valueHead()
        guard head.major == 7, head.information == 20 || head.information == 21 else { throw self.mismatch(.bool) }
        self.index = head.end
        return head.information == 21
    }

    package mutating func readNull() throws(CBORError) {
        if try !self.skipNull() { throw self.mismatch(.null) }
    }

    /// Passes a null or undefined where the next item is one; whether it was. AWS treats a null member as absent.
    package mutating func skipNull() throws(CBORError) -> Bool {
        let head = try self.valueHead()
        guard head.major == 7, head.information == 22 || head.information == 23 else { return false }
        self.index = head.end
        return true
    }

    /// An integer; what does not fit is `numberOutOfRange`.
    package mutating func readInt64() throws(CBORError) -> Int64 {
        let head = try self.valueHead()
        guard head.major < 2 else { throw self.mismatch(.integer) }
        guard let magnitude = Int64(exactly: head.argument) else { throw self.error(.numberOutOfRange) }
        self.index = head.end
        return head.major == 0 ? magnitude : -1 - magnitude
    }

    /// A float of any width, or an integer, rounded to the nearest double.
    package mutating func readDouble() throws(CBORError) -> Double {
        let head = try self.valueHead()
        let value: Double
        switch (head.major, head.information) {
        case (0, _): value = Double(head.argument)
        case (1, _): value = -1 - Double(head.argument)
        case (7, 25): value = Self.half(UInt16(head.argument))
        case (7, 26): value = Double(Float(bitPattern: UInt32(head.argument)))
        case (7, 27): value = Double(bitPattern: head.argument)
        default: throw self.mismatch(.float)
        }
        self.index = head.end
        return value
    }

    /// A half-precision float (RFC 8949, appendix D).
    private static func half(_ bits: UInt16) -> Double {
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 1023)
        let magnitude: Double =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: (fraction + 1024) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
            }
        return bits >> 15 == 1 ? -magnitude : magnitude
    }

    /// A point in time: tag 1 and a number of seconds since 1970, with or without fraction.
    package mutating func readTimestamp() throws(CBORError) -> Timestamp {
        let head = try self.valueHead()
        guard head.major == 6 else { throw self.mismatch(.timestamp) }
        let start = self.index
        self.index = head.end
        // What the tag stands before is a number itself, not another tag.
        let number = try self.head(at: self.index)
        guard number.major != 6 else { throw CBORError(offset: start, reason: .unexpectedByte(self.bytes[self.index])) }
        let seconds = try self.readDouble()
        guard seconds.isFinite else { throw CBORError(offset: start, reason: .numberOutOfRange) }
        return Timestamp(seconds: seconds)
    }

    package mutating func readString() throws(CBORError) -> String {
        let head = try self.valueHead()
        guard head.major == 3 else { throw self.mismatch(.text) }
        if head.isOpen {
            // Each piece must be UTF-8 by itself (§3.2.3).
            return String(decoding: try self.pieces(of: head), as: UTF8.self)
        }
        let range = try self.range(of: head)
        guard let text = String(utf8: self.bytes.span.extracting(range)) else { throw self.error(.invalidUTF8) }
        self.index = range.upperBound
        return text
    }

    package mutating func readBytes() throws(CBORError) -> [UInt8] {
        let head = try self.valueHead()
        guard head.major == 2 else { throw self.mismatch(.bytes) }
        if head.isOpen { return try self.pieces(of: head) }
        let range = try self.range(of: head)
        self.index = range.upperBound
        return Array(self.bytes[range])
    }

    /// Where the bytes of a string of known length lie.
    func range(of head: Head) throws(CBORError) -> Range<Int> {
        guard head.argument <= UInt64(self.bytes.count - head.end) else { throw self.error(.unexpectedEnd) }
        return head.end..<head.end + Int(head.argument)
    }

    func checkText(_ range: Range<Int>) throws(CBORError) {
        guard (try? UTF8Span(validating: self.bytes.span.extracting(range))) != nil else {
            throw CBORError(offset: range.lowerBound, reason: .invalidUTF8)
        }
    }

    private mutating func pieces(of head: Head) throws(CBORError) -> [UInt8] {
        var all: [UInt8] = []
        self.index = head.end
        while true {
            guard self.index < self.bytes.count else { throw self.error(.unexpectedEnd) }
            if self.bytes[self.index] == Self.breakByte {
                self.index += 1
                return all
            }
            let piece = try self.head(at: self.index)
            guard piece.major == head.major, !piece.isOpen else { throw self.error(.invalidPiece) }
            let range = try self.range(of: piece)
            if head.major == 3 { try self.checkText(range) }
            all += self.bytes[range]
            self.index = range.upperBound
        }
    }
}
