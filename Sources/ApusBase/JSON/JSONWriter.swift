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
        self.quoted(name, after: UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// A member's name, whatever it contains.
    @_disfavoredOverload
    package mutating func key(_ name: String) {
        self.quoted(name, after: UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ text: String) {
        self.quoted(text, after: nil)
        self.needsComma = true
    }

    /// A member's name as UTF-8, which is not checked.
    package mutating func key(utf8 name: ArraySlice<UInt8>) {
        name.withUnsafeBufferPointer { self.quoted(utf8: $0, after: UInt8(ascii: ":")) }
        self.needsComma = false
    }

    /// A string as UTF-8, which is not checked.
    package mutating func string(utf8 text: ArraySlice<UInt8>) {
        text.withUnsafeBufferPointer { self.quoted(utf8: $0, after: nil) }
        self.needsComma = true
    }

    /// A string that needs no escapes: a literal.
    package mutating func literal(_ text: StaticString) {
        self.quoted(text, after: nil)
        self.needsComma = true
    }

    /// A string with the Base64 text of `data`.
    package mutating func base64(_ data: [UInt8]) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        Base64.append(data, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
        self.needsComma = true
    }

    /// A string with the Base64 text of `data`.
    package mutating func base64(_ data: ArraySlice<UInt8>) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        data.withUnsafeBufferPointer { Base64.append($0, to: &self.bytes) }
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
        var rest = Int(magnitude % 1000)
        if rest > 0 { self.bytes.append(UInt8(ascii: ".")) }
        while rest > 0 {
            self.bytes.append(UInt8(ascii: "0") + UInt8(rest / 100))
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
        self.bytes.append(upTo: 21) { output in
            var count = isNegative ? 2 : 1
            var rest: UInt64 = magnitude
            while rest >= 10 {
                rest /= 10
                count += 1
            }
            rest = magnitude
            output[0] = UInt8(ascii: "-")
            for place in stride(from: count - 1, through: isNegative ? 1 : 0, by: -1) {
                output[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return count
        }
    }

    /// The comma where there must be one, `text` in quotes, and `suffix`.
    private mutating func quoted(_ text: StaticString, after suffix: UInt8?) {
        text.withUTF8Buffer { self.quotedPlain($0, suffix) }
    }

    private mutating func quoted(_ text: String, after suffix: UInt8?) {
        var text = text
        text.withUTF8 { self.quoted(utf8: $0, after: suffix) }
    }

    private mutating func quoted(utf8: UnsafeBufferPointer<UInt8>, after suffix: UInt8?) {
        let plainEnd = JSONText.plainRun(utf8.span, from: 0).stop
        if plainEnd == utf8.count { return self.quotedPlain(utf8, suffix) }
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[..<plainEnd]))
        // In pieces: an escape may be six times as long as what it stands for.
        for start in stride(from: plainEnd, to: utf8.count, by: 256) {
            self.escaped(UnsafeBufferPointer(rebasing: utf8[start..<min(start + 256, utf8.count)]))
        }
        self.bytes.append(UInt8(ascii: "\""))
        if let suffix { self.bytes.append(suffix) }
    }

    @inline(__always)
    private mutating func quotedPlain(_ text: UnsafeBufferPointer<UInt8>, _ suffix: UInt8?) {
        let needsComma = self.needsComma
        self.bytes.append(upTo: text.count + 4) { output in
            var count = 0
            if needsComma {
                output[0] = UInt8(ascii: ",")
                count = 1
            }
            output[count] = UInt8(ascii: "\"")
            count += 1
            if let start = text.baseAddress { (output + count).update(from: start, count: text.count) }
            count += text.count
            output[count] = UInt8(ascii: "\"")
            count += 1
            if let suffix {
                output[count] = suffix
                count += 1
            }
            return count
        }
    }

    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        self.bytes.append(upTo: text.count * 6) { output in
            var count = 0
            for byte in text {
                if byte >= 0x20, byte != 0x22, byte != 0x5c {
                    output[count] = byte
                    count &+= 1
                    continue
                }
                output[count] = UInt8(ascii: "\\")
                let letter = JSONText.shortEscape(byte)
                if letter != 0 {
                    output[count + 1] = letter
                    count &+= 2
                    continue
                }
                output[count + 1] = UInt8(ascii: "u")
                output[count + 2] = UInt8(ascii: "0")
                output[count + 3] = UInt8(ascii: "0")
                output[count + 4] = Hex.digit(byte >> 4)
                output[count + 5] = Hex.digit(byte & 15)
                count &+= 6
            }
            return count
        }
    }
}
