/// How a function's log is written: its lines as they come, or as JSON objects that a level may keep back.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
package struct FunctionLogging: Equatable, Sendable {
    package enum Format: String, Sendable { case text = "Text", json = "JSON" }
    /// The least detailed is the greatest.
    package enum Level: Int, Comparable, Sendable {
        case trace, debug, info, warn, error, fatal

        package static func < (one: Level, other: Level) -> Bool { one.rawValue < other.rawValue }

        /// A level by its name in AWS's settings, or in the runtimes' own words, in any case; nil for another word.
        package init?(_ name: String) {
            switch name.uppercased() {
            case "TRACE": self = .trace
            case "DEBUG": self = .debug
            case "INFO": self = .info
            case "WARN", "WARNING": self = .warn
            case "ERROR": self = .error
            case "FATAL", "CRITICAL": self = .fatal
            default: return nil
            }
        }

        package var name: String {
            switch self {
            case .trace: "TRACE"
            case .debug: "DEBUG"
            case .info: "INFO"
            case .warn: "WARN"
            case .error: "ERROR"
            case .fatal: "FATAL"
            }
        }
    }

    package var format: Format
    /// Of what the function says; it counts in JSON only.
    package var applicationLevel: Level
    /// Of what Lambda says of the function; it counts in JSON only.
    package var systemLevel: Level

    package init(format: Format = .text, applicationLevel: Level = .info, systemLevel: Level = .info) {
        self.format = format
        self.applicationLevel = applicationLevel
        self.systemLevel = systemLevel
    }
}
