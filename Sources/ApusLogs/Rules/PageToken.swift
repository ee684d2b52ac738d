package import ApusBase

/// The place at which a reader of a page goes on, as an opaque text.
package struct PageToken: Sendable, Equatable {
    package var time: Timestamp
    package var stream: UInt64
    package var sequence: UInt64

    package init(time: Timestamp, stream: UInt64, sequence: UInt64) {
        self.time = time
        self.stream = stream
        self.sequence = sequence
    }

    /// 48 hexadecimal digits.
    package var text: String {
        var text = ""
        for value in [UInt64(bitPattern: self.time.milliseconds), self.stream, self.sequence] {
            let digits = String(value, radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
        }
        return text
    }

    /// nil when the text is not a token.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 48 else { return nil }
        var values: [UInt64] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard let value = UInt64(rest.prefix(16), radix: 16) else { return nil }
            values.append(value)
            rest = rest.dropFirst(16)
        }
        self.init(time: Timestamp(milliseconds: Int64(bitPattern: values[0])), stream: values[1], sequence: values[2])
    }
}
