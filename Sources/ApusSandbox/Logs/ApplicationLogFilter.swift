internal import ApusBase
package import ApusService

/// Which of a function's records a log in JSON takes, by the level that they name.
///
/// "If the level field is invalid or missing, Lambda assigns the log output the level INFO"; so it does without a time stamp.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
package enum ApplicationLogFilter {
    /// The runtimes' own names of a level and of a time.
    private static let levelNames = ["level", "log_level"]
    private static let timeNames = ["timestamp", "time"]

    package static func admits(_ record: String, from threshold: FunctionLogging.Level) -> Bool {
        // Nothing is below the threshold then.
        if threshold == .trace { return true }
        return self.level(of: record) >= threshold
    }

    package static func level(of record: String) -> FunctionLogging.Level {
        guard record.utf8.first == UInt8(ascii: "{"), let value = try? JSONValue(parsing: Array(record.utf8)),
            let level = self.levelNames.lazy.compactMap({ value[$0]?.stringValue }).first.flatMap({
                FunctionLogging.Level($0)
            }),
            let time = self.timeNames.lazy.compactMap({ value[$0]?.stringValue }).first, self.isTime(time)
        else { return .info }
        return level
    }

    /// `2024-11-02T16:51:31…`: whether it begins as a time of RFC 3339.
    private static func isTime(_ text: String) -> Bool {
        let pattern = Array("0000-00-00T00:00:00".utf8)
        let bytes = Array(text.utf8.prefix(pattern.count))
        return bytes.count == pattern.count
            && zip(bytes, pattern).allSatisfy { byte, wanted in
                wanted == UInt8(ascii: "0")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    : byte == wanted || (wanted == UInt8(ascii: "T") && (byte == UInt8(ascii: "t") || byte == 32))
            }
    }
}
