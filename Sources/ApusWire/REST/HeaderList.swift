/// Lists in one header: values between commas, in double quotes where they have commas or quotes themselves.
enum HeaderList {
    static func split(_ text: String) -> [String] {
        if text.isEmpty { return [] }
        var values: [String] = []
        var value = ""
        var isQuoted = false
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                value.unicodeScalars.append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                values.append(Self.trimmed(value))
                value = ""
            } else {
                value.unicodeScalars.append(character)
            }
        }
        values.append(Self.trimmed(value))
        return values
    }

    /// HTTP dates have a comma each: two parts make one.
    static func splitDates(_ text: String) -> [String] {
        let parts = text.split(separator: ",").map { Self.trimmed(String($0)) }
        return stride(from: 0, to: parts.count, by: 2).map {
            parts[$0..<min($0 + 2, parts.count)].joined(separator: ", ")
        }
    }

    /// A value as it stands in a list: in quotes where it has commas or quotes itself.
    static func quoted(_ value: String) -> String {
        guard value.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" }) else { return value }
        var quoted = "\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
