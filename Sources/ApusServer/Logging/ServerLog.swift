package import ApusBase
package import ApusWire
internal import Glibc
package import ApusWire
package import Logging

/// Everything a server says while it runs: events through swift-log's `Logger`, and a line for each request.
package final class ServerLog: Sendable {
    package let levels: LogLevels
    let clock: any Clock
    let format: LogFormat
    private let writer: LogWriter
    private let requests: Configuration.Log.Requests

    /// - Parameter descriptor: where lines go; the standard error unless a test wants them.
    package init(_ settings: Configuration.Log, clock: any Clock, descriptor: Int32 = STDERR_FILENO) {
        // Both lists have the same names: a test compares them.
        self.levels = LogLevels(Logger.Level(rawValue: settings.level.rawValue) ?? .info)
        self.requests = settings.requests
        self.clock = clock
        let format = LogFormat(format: settings.format)
        self.format = format
        self.writer = LogWriter(descriptor: descriptor) { dropped in
            var line: [UInt8] = []
            format.append(
                time: clock.now, level: "warning", logger: "log", message: "lines were dropped: the log is slow",
                fields: [("count", .integer(dropped))], to: &line)
            return line
        }
    }

    /// A logger for one part of the server: `store`, `functions` …
    package func logger(_ label: String) -> Logger {
        Logger(label: label) { LineLogHandler(label: $0, log: self) }
    }

    /// Writes the line of an answered request, as the settings want it: failures of the server at error, all else at info.
    /// Costs a copy of the line. Never has headers or bodies, so no secret.
    package func request(_ record: RequestRecord) {
        let isFault = record.status >= 500 && record.status != 501 && record.status != 503
        let level: Logger.Level = isFault ? .error : .info
        guard level >= self.levels.level(of: "request") else { return }
        switch self.requests {
        case .none: return
        case .errors: if record.status < 400 { return }
        case .all: break
        }
        self.write(.gathered, level, "request", "\(record.service).\(record.operation)", record.fields)
    }

    /// Puts everything that was written on the descriptor.
    package func flush() { self.writer.flush() }

    /// Flushes and ends the log's thread.
    package func stop() { self.writer.stop() }

    func write(
        _ urgency: LogWriter.Urgency, _ level: Logger.Level, _ label: String, _ message: String,
        _ fields: [(name: String, value: LogFormat.Value)]
    ) {
        let time = self.clock.now
        self.writer.write(urgency) { bytes in
            self.format.append(
                time: time, level: level.rawValue, logger: label, message: message, fields: fields, to: &bytes)
        }
    }
}
