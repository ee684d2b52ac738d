/// Writes compact JSON into `bytes`; commas come by themselves.
///
/// The caller sees to the structure: a key before each value in an object, an end for each begin.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// `capacity` in bytes, where it is known about how much comes.
    package init(capacity: Int = 256) { self.bytes.reserveCapacity(capacity) }

    package mutating func beginObject() { self.begin(UInt8(ascii: "{")) }
    package mutating func endObject() { self.end(UInt8(ascii: "}")) }
    package mutating func beginArray() { self.begin(UInt8(ascii: "[")) }
    package mutating func endArray() { self.end(UInt8(ascii: "]")) }

    /// A member's name that needs no escapes: a literal.
    package mutating func key(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// A member's name, whatever it contains.
    @_disfavoredOverload
    package mutating func key(_ name: String) {
        self.separate()
        self.quoted(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ text: String) {
        self.separate()
        self.quoted(text)
        self.needsComma = true
    }

    /// A string that needs no escapes: a literal.
    package mutating func literal(_ text: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        text.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// A string with the Base64 text of `data`.
    package mutating func base64(_ data: [UInt8]) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(contentsOf: Base64.encode(data).utf8)
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    package mutating func int(_ value: Int64) {
        self.separate()
        self.decimal(value.magnitude, isNegative: value < 0)
        self.needsComma = true
    }

    package mutating func int(_ value: Int) { self.int(Int64(value)) }

    /// The shortest text that reads back as `value`; integers in the range of `Int64` without exponent. NaN and infinity
    /// become the strings `NaN`, `Infinity`, `-Infinity`, as in AWS's JSON protocols.
    package mutating func double(_ value: Double) {
        guard value.isFinite else {
            return self.literal(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
        }
        self.number(JSONNumber(value))
    }

    package mutating func number(_ number: JSONNumber) {
        self.separate()
        self.bytes.append(contentsOf: number.text.utf8)
        self.needsComma = true
    }

    package mutating func bool(_ value: Bool) { self.token(value ? "true" : "false") }

    package mutating func null() { self.token("null") }

    /// Seconds since 1970 with up to three decimals.
    package mutating func epochSeconds(_ time: Timestamp) {
        self.separate()
        let magnitude: UInt64 = time.milliseconds.magnitude
        self.decimal(magnitude / 1000, isNegative: time.milliseconds < 0)
        var fraction = UInt8(truncatingIfNeeded: 0)
        var rest = Int(magnitude % 1000)
        if rest > 0 { self.bytes.append(UInt8(ascii: ".")) }
        while rest > 0 {
            fraction = UInt8(rest / 100)
            self.bytes.append(UInt8(ascii: "0") + fraction)
            rest = rest % 100 * 10
        }
        self.needsComma = true
    }

    /// A value that is JSON text already; it is not checked.
    package mutating func raw(_ json: [UInt8]) {
        self.separate()
        self.bytes.append(contentsOf: json)
        self.needsComma = true
    }

    // MARK: Parts

    @inline(__always)
    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func begin(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        self.bytes.append(bracket)
        self.needsComma = true
    }

    private mutating func token(_ word: StaticString) {
        self.separate()
        word.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.needsComma = true
    }

    private mutating func decimal(_ magnitude: UInt64, isNegative: Bool) {
        if isNegative { self.bytes.append(UInt8(ascii: "-")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var place = 20
            var rest: UInt64 = magnitude
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            self.bytes.append(contentsOf: digits[place...])
        }
    }

    private mutating func quoted(_ text: String) {
        var text = text
        self.bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var start = 0
            for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5c {
                self.bytes.append(contentsOf: utf8[start..<index])
                self.escape(byte)
                start = index + 1
            }
            self.bytes.append(contentsOf: utf8[start...])
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        self.bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5c: self.bytes.append(byte)
        case 0x08: self.bytes.append(UInt8(ascii: "b"))
        case 0x09: self.bytes.append(UInt8(ascii: "t"))
        case 0x0a: self.bytes.append(UInt8(ascii: "n"))
        case 0x0c: self.bytes.append(UInt8(ascii: "f"))
        case 0x0d: self.bytes.append(UInt8(ascii: "r"))
        default:
            self.bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            self.bytes.append(Hex.digit(byte >> 4))
            self.bytes.append(Hex.digit(byte & 15))
        }
    }
}
