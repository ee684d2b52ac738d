extension Timestamp {
    /// Reads ISO 8601 as AWS accepts it in requests and policies: `2026-01-02`, `2026-01-02T03:04Z`,
    /// `2026-01-02T03:04:05Z`, with a fraction of a second (digits past the third are cut off), with `±hh:mm` or `±hhmm`
    /// in place of `Z`. A time without a zone, second 60, and years outside 0000 to 9999 are refused.
    package init?(iso8601 text: String) {
        var cursor = DateCursor(Array(text.utf8))
        guard let year = cursor.digits(4), cursor.skip("-"), let month = cursor.digits(2), cursor.skip("-"),
            let day = cursor.digits(2)
        else { return nil }
        var time = CivilTime(year: Int64(year), month: month, day: day)
        var offsetMinutes = 0
        if !cursor.isAtEnd {
            guard cursor.skip("T") || cursor.skip("t"), let hour = cursor.digits(2), cursor.skip(":"),
                let minute = cursor.digits(2)
            else { return nil }
            time.hour = hour
            time.minute = minute
            if cursor.skip(":") {
                guard let second = cursor.digits(2) else { return nil }
                time.second = second
                if cursor.skip(".") {
                    guard let millisecond = cursor.fraction() else { return nil }
                    time.millisecond = millisecond
                }
            }
            guard let zone = cursor.zone() else { return nil }
            offsetMinutes = zone
        }
        guard cursor.isAtEnd, let point = time.timestamp else { return nil }
        self = point - Int64(offsetMinutes) * 60_000
    }

    /// Reads `20260102T030405Z`, exactly 16 bytes.
    package init?(amzDate text: some Collection<UInt8>) {
        guard text.count == 16 else { return nil }
        var cursor = DateCursor(Array(text))
        guard let year = cursor.digits(4), let month = cursor.digits(2), let day = cursor.digits(2), cursor.skip("T"),
            let hour = cursor.digits(2), let minute = cursor.digits(2), let second = cursor.digits(2), cursor.skip("Z")
        else { return nil }
        var time = CivilTime(year: Int64(year), month: month, day: day)
        time.hour = hour
        time.minute = minute
        time.second = second
        guard let point = time.timestamp else { return nil }
        self = point
    }

    /// Reads `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110's IMF-fixdate; its two obsolete forms are refused). The weekday must
    /// be a weekday's name, but need not be that of the date.
    package init?(httpDate text: String) {
        var cursor = DateCursor(Array(text.utf8))
        guard cursor.name(in: DateNames.weekdays) != nil, cursor.skip(","), cursor.skip(" "),
            let day = cursor.digits(2), cursor.skip(" "), let month = cursor.name(in: DateNames.months),
            cursor.skip(" "), let year = cursor.digits(4), cursor.skip(" "), let hour = cursor.digits(2),
            cursor.skip(":"), let minute = cursor.digits(2), cursor.skip(":"), let second = cursor.digits(2),
            cursor.skip(" "), cursor.skip("G"), cursor.skip("M"), cursor.skip("T"), cursor.isAtEnd
        else { return nil }
        var time = CivilTime(year: Int64(year), month: month + 1, day: day)
        time.hour = hour
        time.minute = minute
        time.second = second
        guard let point = time.timestamp else { return nil }
        self = point
    }
}

private struct DateCursor {
    let bytes: [UInt8]
    var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { self.index == self.bytes.count }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard self.index < self.bytes.count, self.bytes[self.index] == UInt8(ascii: scalar) else { return false }
        self.index += 1
        return true
    }

    mutating func digit() -> Int? {
        guard self.index < self.bytes.count, (0x30...0x39).contains(self.bytes[self.index]) else { return nil }
        defer { self.index += 1 }
        return Int(self.bytes[self.index] - 0x30)
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = self.digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One or more digits after the point, as milliseconds.
    mutating func fraction() -> Int? {
        guard let first = self.digit() else { return nil }
        var milliseconds = first * 100
        var weight = 10
        while let digit = self.digit() {
            milliseconds += digit * weight
            weight /= 10
        }
        return milliseconds
    }

    /// The offset from UTC in minutes.
    mutating func zone() -> Int? {
        if self.skip("Z") || self.skip("z") { return 0 }
        let sign: Int
        if self.skip("+") { sign = 1 } else if self.skip("-") { sign = -1 } else { return nil }
        guard let hours = self.digits(2) else { return nil }
        _ = self.skip(":")
        guard let minutes = self.digits(2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }

    /// One of the three-letter names; its index.
    mutating func name(in names: [StaticString]) -> Int? {
        guard self.bytes.count - self.index >= 3 else { return nil }
        let slice = self.bytes[self.index..<self.index + 3]
        for (index, name) in names.enumerated() where name.withUTF8Buffer({ slice.elementsEqual($0) }) {
            self.index += 3
            return index
        }
        return nil
    }
}
