/// What Runtimes/extensions/start.sh tells on the environment's output: lines that begin with the bytes FF A6.
package enum StarterNotice: Equatable, Sendable {
    /// An extension has printed a line.
    case output(String)
    case extensionExited(name: String, ExitStatus)
    case runtimeExited(ExitStatus)

    /// Nil for all other records.
    package init?(_ record: UnsafeRawBufferPointer) {
        guard record.count >= 3, record[0] == 0xFF, record[1] == 0xA6 else { return nil }
        let text = String(decoding: record[3...], as: UTF8.self)
        switch record[2] {
        case UInt8(ascii: "E"): self = .output(text)
        case UInt8(ascii: "X"):
            guard let space = text.lastIndex(of: " "), let status = Self.status(text[text.index(after: space)...])
            else {
                return nil
            }
            self = .extensionExited(name: String(text[..<space]), status)
        case UInt8(ascii: "R"):
            guard let status = Self.status(text[...]) else { return nil }
            self = .runtimeExited(status)
        default: return nil
        }
    }

    /// A shell adds 128 to the number of a signal.
    private static func status(_ text: Substring) -> ExitStatus? {
        guard let code = Int32(text) else { return nil }
        return code > 128 ? .signal(code - 128) : .status(code)
    }
}
