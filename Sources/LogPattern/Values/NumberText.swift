/// Numbers as patterns and messages write them: an integer or a decimal with an optional sign, perhaps with an exponent.
enum NumberText {
    /// nil when the text is no such number: no `inf`, no hexadecimal, no white space.
    static func value(of text: String) -> Double? {
        var bytes = text.utf8[...]
        self.takeSign(&bytes)
        let whole = self.takeDigits(&bytes)
        var fraction = 0
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = self.takeDigits(&bytes)
        }
        guard whole + fraction > 0 else { return nil }
        if let byte = bytes.first, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            bytes.removeFirst()
            self.takeSign(&bytes)
            guard self.takeDigits(&bytes) > 0 else { return nil }
        }
        guard bytes.isEmpty else { return nil }
        return Double(text)
    }

    private static func takeSign(_ bytes: inout Substring.UTF8View) {
        if let byte = bytes.first, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { bytes.removeFirst() }
    }

    private static func takeDigits(_ bytes: inout Substring.UTF8View) -> Int {
        let digits = bytes.prefix { (0x30...0x39).contains($0) }.count
        bytes.removeFirst(digits)
        return digits
    }
}
