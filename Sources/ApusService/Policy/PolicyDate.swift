internal import ApusBase

/// Dates in conditions: ISO 8601 as the W3C narrows it (a year, a month, a day, or a time with its zone), or seconds
/// since 1970.
///
/// Source: https://www.w3.org/TR/NOTE-datetime
enum PolicyDate {
    /// Milliseconds since 1970; nil when `text` is no date. Four digits are a year, any other number is seconds.
    static func milliseconds(_ text: String) -> Int64? {
        let utf8 = text.utf8
        if utf8.count == 4, utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return Timestamp(iso8601: text + "-01-01")?.milliseconds
        }
        if let time = Timestamp(iso8601: text) { return time.milliseconds }
        if let time = Timestamp(iso8601: text + "-01"), utf8.count == 7 { return time.milliseconds }
        guard let seconds = Double(text), seconds.magnitude < 1e15 else { return nil }
        return Int64(seconds * 1000)
    }
}
