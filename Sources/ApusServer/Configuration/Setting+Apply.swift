extension Setting {
    /// Puts `value` into `configuration`. Returns what is wrong with it as a sentence, and changes nothing then.
    func apply(_ value: TOMLValue, to configuration: inout Configuration) -> String? {
        switch (self.target, value) {
        case (.integer(let path, let range), .integer(let number)):
            guard range.contains(number) else { return self.refusal(of: String(number)) }
            configuration[keyPath: path] = number
        case (.text(let path, let check), .text(let text)):
            if let wrong = check(text) { return "\(self.key) \(Self.quoted(text)) \(wrong)." }
            configuration[keyPath: path] = text
        case (.texts(let path, let check), .array(let elements)):
            return self.apply(elements, path, check, &configuration)
        case (.choice(let choices, _, let write), .text(let text)):
            guard choices.contains(text) else {
                return self.refusal(of: Self.quoted(text), hint: NearestName.of(text, among: choices))
            }
            write(&configuration, text)
        case (.choice(let choices, _, _), .boolean(let flag)) where choices.contains(String(flag)):
            return self.apply(.text(String(flag)), to: &configuration)
        default:
            return self.refusal(of: value.description)
        }
        return nil
    }

    /// Puts a value into `configuration` that came as text: from a variable or a flag. A list is separated by commas.
    func apply(text: String, to configuration: inout Configuration) -> String? {
        switch self.target {
        case .integer:
            guard let number = Int(text) else { return self.refusal(of: Self.quoted(text)) }
            return self.apply(.integer(number), to: &configuration)
        case .text, .choice:
            return self.apply(.text(text), to: &configuration)
        case .texts:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            return self.apply(.array(parts.map { .text(String($0)) }), to: &configuration)
        }
    }

    private func apply(
        _ elements: [TOMLValue], _ path: any WritableKeyPath<Configuration, [String]> & Sendable,
        _ check: (String) -> String?,
        _ configuration: inout Configuration
    ) -> String? {
        // A list that may be empty is so when an empty text is all there is.
        if elements.count == 1, case .text("") = elements[0], check("") == nil {
            configuration[keyPath: path] = []
            return nil
        }
        var texts: [String] = []
        for element in elements {
            guard case .text(let text) = element else { return self.refusal(of: element.description) }
            if let wrong = check(text) { return "\(self.key) \(Self.quoted(text)) \(wrong)." }
            guard !texts.contains(text) else { return "\(self.key) names \(Self.quoted(text)) twice." }
            texts.append(text)
        }
        guard !texts.isEmpty else { return "\(self.key) must have at least one value." }
        configuration[keyPath: path] = texts
        return nil
    }

    private func refusal(of value: String, hint: String? = nil) -> String {
        let suggestion = hint.map { " Did you mean \($0)?" } ?? ""
        return "\(self.key) is \(value); it must be \(self.permitted).\(suggestion)"
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
