internal import ApusBase

/// Turns one event into one line.
///
/// Text: `2026-01-02T03:04:05.678Z info  label: message key=value`. JSON: one object with `time`, `level`, `logger`,
/// `message` and the metadata's names. Line feeds in values are escaped in both, so that a line stays one.
struct LogFormat: Sendable {
    /// A value of a line.
    enum Value: Sendable {
        case text(String)
        case integer(Int)
    }

    var format: Configuration.Log.Format

    /// Appends a line with its line feed.
    func append(
        time: Timestamp, level: String, logger: String, message: String, fields: [(name: String, value: Value)],
        to bytes: inout [UInt8]
    ) {
        switch self.format {
        case .text: Self.appendText(time, level, logger, message, fields, to: &bytes)
        case .json: Self.appendJSON(time, level, logger, message, fields, to: &bytes)
        }
    }

    private static func appendText(
        _ time: Timestamp, _ level: String, _ logger: String, _ message: String,
        _ fields: [(name: String, value: Value)],
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: time.iso8601.utf8)
        bytes.append(0x20)
        bytes.append(contentsOf: level.utf8)
        for _ in 0..<max(1, 6 - level.utf8.count) { bytes.append(0x20) }
        bytes.append(contentsOf: logger.utf8)
        bytes.append(contentsOf: ": ".utf8)
        self.appendEscaped(message, to: &bytes)
        for (name, value) in fields {
            bytes.append(0x20)
            bytes.append(contentsOf: name.utf8)
            bytes.append(0x3D)
            switch value {
            case .integer(let number): bytes.append(contentsOf: String(number).utf8)
            case .text(let text):
                if !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }) {
                    bytes.append(contentsOf: text.utf8)
                } else {
                    bytes.append(0x22)
                    self.appendEscaped(text, quote: 0x22, to: &bytes)
                    bytes.append(0x22)
                }
            }
        }
        bytes.append(0x0A)
    }

    private static func appendJSON(
        _ time: Timestamp, _ level: String, _ logger: String, _ message: String,
        _ fields: [(name: String, value: Value)],
        to bytes: inout [UInt8]
    ) {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.key("time")
        writer.string(time.iso8601)
        writer.key("level")
        writer.string(level)
        writer.key("logger")
        writer.string(logger)
        writer.key("message")
        writer.string(message)
        for (name, value) in fields {
            writer.key(name)
            switch value {
            case .integer(let number): writer.int(number)
            case .text(let text): writer.string(text)
            }
        }
        writer.endObject()
        bytes.append(contentsOf: writer.bytes)
        bytes.append(0x0A)
    }

    /// Control characters become `\n`, `\t` or `\xNN`: a terminal that shows a log must not obey what a client sent.
    private static func appendEscaped(_ text: String, quote: UInt8? = nil, to bytes: inout [UInt8]) {
        // Nearly every text: copied as a whole.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != quote }) {
            bytes.append(contentsOf: text.utf8)
            return
        }
        for byte in text.utf8 {
            switch byte {
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F: bytes.append(contentsOf: ("\\x" + Hex.encode([byte])).utf8)
            case quote: bytes.append(contentsOf: [0x5C, byte])
            default: bytes.append(byte)
            }
        }
    }
}
