internal import ApusBase
package import Logging

/// What swift-log's loggers write through: one line for each event, and no secret.
package struct LineLogHandler: LogHandler {
    /// The level that counts for the label, unless somebody gave this logger one of its own.
    package var logLevel: Logger.Level {
        get { self.ownLevel ?? self.log.levels.level(of: self.label) }
        set { self.ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private var ownLevel: Logger.Level?
    private let label: String
    private let log: ServerLog

    init(label: String, log: ServerLog) {
        self.label = label
        self.log = log
        log.levels.note(label)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = self.metadata
        if let provided = self.metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        var fields: [(name: String, value: LogFormat.Value)] = all.sorted { $0.key < $1.key }.map { name, value in
            (name, .text(SecretNames.contains(name) ? SecretNames.replacement : "\(value)"))
        }
        if let error = event.error { fields.append(("error", .text("\(error)"))) }
        let urgency: LogWriter.Urgency = event.level >= .error ? .immediate : .gathered
        self.log.write(urgency, event.level, self.label, "\(event.message)", fields)
    }
}
