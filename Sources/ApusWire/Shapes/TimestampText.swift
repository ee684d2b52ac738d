internal import ApusBase

/// Timestamps as text: in headers, query strings, forms, XML, and JSON strings.
enum TimestampText {
    static func parse(_ text: String, _ format: TimestampFormat) throws(WireError) -> Timestamp {
        let parsed: Timestamp? =
            switch format {
            case .httpDate: Timestamp(httpDate: text) ?? Timestamp(iso8601: text)
            case .epochSeconds: Double(text).flatMap { $0.isFinite ? Timestamp(seconds: $0) : nil }
            case .dateTime, .protocolDefault:
                Timestamp(iso8601: text)
                    ?? Double(text).flatMap { $0.isFinite ? Timestamp(seconds: $0) : nil } ?? Timestamp(httpDate: text)
            }
        guard let parsed else { throw .serialization("") }
        return parsed
    }

    /// `protocolDefault` is date-time. Milliseconds are written only where there are any.
    static func text(_ time: Timestamp, _ format: TimestampFormat) -> String {
        switch format {
        case .httpDate: return time.httpDate
        case .dateTime, .protocolDefault: return time.milliseconds % 1000 == 0 ? time.iso8601Seconds : time.iso8601
        case .epochSeconds:
            var json = JSONWriter(capacity: 24)
            json.epochSeconds(time)
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }
}
