/// Numbers and booleans as text: in forms, headers and query strings.
enum ScalarText {
    static func bool(_ text: String) throws(WireError) -> Bool {
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: throw .serialization("STRING_VALUE can not be converted to a Boolean")
        }
    }

    static func integer(_ text: String) throws(WireError) -> Int {
        guard let value = Int32(text) else { throw .serialization("STRING_VALUE can not be converted to an Integer") }
        return Int(value)
    }

    static func long(_ text: String) throws(WireError) -> Int {
        guard let value = Int(text) else { throw .serialization("STRING_VALUE can not be converted to a Long") }
        return value
    }

    /// `NaN`, `Infinity` and `-Infinity` are numbers in AWS's protocols; Swift's other spellings are not.
    static func double(_ text: String) throws(WireError) -> Double {
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            guard let value = Double(text), value.isFinite else {
                throw .serialization("STRING_VALUE can not be converted to a Double")
            }
            return value
        }
    }

    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        if let whole = Int64(exactly: value), !(whole == 0 && value.sign == .minus) { return String(whole) }
        return "\(value)"
    }
}
