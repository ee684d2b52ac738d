extension Timestamp {
    /// `2026-01-02T03:04:05.678Z`
    package var iso8601: String {
        self.text { text, time in
            text.date(time, "-")
            text.byte("T")
            text.time(time, ":")
            text.byte(".")
            text.number(Int64(time.millisecond), width: 3)
            text.byte("Z")
        }
    }

    /// `2026-01-02T03:04:05Z`; the milliseconds are cut off.
    package var iso8601Seconds: String {
        self.text { text, time in
            text.date(time, "-")
            text.byte("T")
            text.time(time, ":")
            text.byte("Z")
        }
    }

    /// `20260102T030405Z`, as in the header `x-amz-date`.
    package var amzDate: String {
        self.text { text, time in
            text.date(time, nil)
            text.byte("T")
            text.time(time, nil)
            text.byte("Z")
        }
    }

    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 §5.6.7).
    package var httpDate: String {
        self.text { text, time in
            text.ascii(DateNames.weekdays[time.weekday])
            text.ascii(", ")
            text.number(Int64(time.day), width: 2)
            text.byte(" ")
            text.ascii(DateNames.months[time.month - 1])
            text.byte(" ")
            text.number(time.year, width: 4)
            text.byte(" ")
            text.time(time, ":")
            text.ascii(" GMT")
        }
    }

    /// `2026-01-02T03:04:05.678+0000`, as Lambda writes `LastModified`.
    package var lambdaDate: String {
        self.text { text, time in
            text.date(time, "-")
            text.byte("T")
            text.time(time, ":")
            text.byte(".")
            text.number(Int64(time.millisecond), width: 3)
            text.ascii("+0000")
        }
    }

    private func text(_ write: (inout DateText, CivilTime) -> Void) -> String {
        String(unsafeUninitializedCapacity: DateText.capacity) { buffer in
            var text = DateText(buffer: buffer)
            write(&text, CivilTime(self))
            return text.count
        }
    }
}

enum DateNames {
    static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// Writes ASCII into a string's storage. The longest form with the longest year (10 characters) is 39 bytes.
private struct DateText {
    static let capacity = 48
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func byte(_ scalar: Unicode.Scalar) {
        self.buffer[self.count] = UInt8(ascii: scalar)
        self.count += 1
    }

    mutating func ascii(_ text: StaticString) {
        text.withUTF8Buffer { for byte in $0 { self.byte(Unicode.Scalar(byte)) } }
    }

    /// Decimal digits, padded with zeros to `width`, a minus sign before them where needed.
    mutating func number(_ value: Int64, width: Int) {
        if value < 0 { self.byte("-") }
        var digits = 1
        var magnitude: UInt64 = value.magnitude
        while magnitude >= 10 {
            magnitude /= 10
            digits += 1
        }
        digits = max(digits, width)
        magnitude = value.magnitude
        for place in stride(from: self.count + digits - 1, through: self.count, by: -1) {
            self.buffer[place] = UInt8(ascii: "0") + UInt8(magnitude % 10)
            magnitude /= 10
        }
        self.count += digits
    }

    mutating func date(_ time: CivilTime, _ separator: Unicode.Scalar?) {
        self.number(time.year, width: 4)
        if let separator { self.byte(separator) }
        self.number(Int64(time.month), width: 2)
        if let separator { self.byte(separator) }
        self.number(Int64(time.day), width: 2)
    }

    mutating func time(_ time: CivilTime, _ separator: Unicode.Scalar?) {
        self.number(Int64(time.hour), width: 2)
        if let separator { self.byte(separator) }
        self.number(Int64(time.minute), width: 2)
        if let separator { self.byte(separator) }
        self.number(Int64(time.second), width: 2)
    }
}
