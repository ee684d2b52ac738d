/// A value of a settings file.
enum TOMLValue: Sendable, Equatable, CustomStringConvertible {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case array([TOMLValue])

    /// As it stands in a file.
    var description: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .array(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        }
    }
}

/// One `key = value` of a settings file; the key carries its table's name.
struct TOMLEntry: Sendable, Equatable {
    var key: String
    var value: TOMLValue
    /// Counted from 1.
    var line: Int
}

/// Why a settings file cannot be read.
struct TOMLError: Error, Sendable, Equatable {
    var line: Int
    /// A sentence without its full stop.
    var reason: String
}
