/// The constraints of a string shape.
package struct StringConstraint: Sendable {
    /// In Unicode scalars.
    package let minimum: Int
    package let maximum: Int?
    package let pattern: Pattern?
    /// The only values allowed; nil when any is.
    package let values: [String]?
    /// Whether messages leave the value out.
    package let isSensitive: Bool

    package init(
        min: Int = 0, max: Int? = nil, pattern: String? = nil, values: [String]? = nil, sensitive: Bool = false
    ) {
        self.minimum = min
        self.maximum = max
        self.pattern = pattern.map { Pattern($0) }
        self.values = values
        self.isSensitive = sensitive
    }

    /// Whether `value` satisfies all of it. Linear in the value's length.
    package func accepts(_ value: String) -> Bool {
        self.isLongEnough(value) && self.isShortEnough(value)
            && self.pattern?.matches(value) != false && self.values?.contains(value) != false
    }

    /// What each part that fails says, e.g. `Member must have length less than or equal to 64`.
    package func failures(_ value: String) -> [String] {
        var sentences: [String] = []
        if !self.isShortEnough(value) { sentences.append(self.maximumSentence) }
        if !self.isLongEnough(value) { sentences.append(self.minimumSentence) }
        if let pattern, !pattern.matches(value) { sentences.append(Self.sentence(pattern)) }
        if let values, !values.contains(value) { sentences.append(Self.sentence(values)) }
        return sentences
    }

    /// All parts in brackets, as messages about elements of a list or map have them.
    package var list: String {
        var sentences: [String] = []
        if self.maximum != nil { sentences.append(self.maximumSentence) }
        if self.maximum != nil || self.minimum > 0 { sentences.append(self.minimumSentence) }
        if let pattern { sentences.append(Self.sentence(pattern)) }
        if let values { sentences.append(Self.sentence(values)) }
        sentences.append("Member must not be null")
        return "[" + sentences.joined(separator: ", ") + "]"
    }

    private func isLongEnough(_ value: String) -> Bool {
        // A scalar has at most four bytes of UTF-8, so long values need not be counted.
        if value.utf8.count >= self.minimum * 4 { return true }
        return value.unicodeScalars.count >= self.minimum
    }

    private func isShortEnough(_ value: String) -> Bool {
        guard let maximum else { return true }
        return value.utf8.count <= maximum || value.unicodeScalars.count <= maximum
    }

    private var maximumSentence: String { "Member must have length less than or equal to \(self.maximum ?? 0)" }
    private var minimumSentence: String { "Member must have length greater than or equal to \(self.minimum)" }
    private static func sentence(_ pattern: Pattern) -> String {
        "Member must satisfy regular expression pattern: \(pattern.source)"
    }
    private static func sentence(_ values: [String]) -> String {
        "Member must satisfy enum value set: [\(values.joined(separator: ", "))]"
    }
}

/// The bounds of an integer or long shape.
package struct IntegerConstraint: Sendable {
    package let minimum: Int?
    package let maximum: Int?

    package init(min: Int? = nil, max: Int? = nil) {
        self.minimum = min
        self.maximum = max
    }
}

/// The bounds of a floating-point shape.
package struct DoubleConstraint: Sendable {
    package let minimum: Double?
    package let maximum: Double?

    package init(min: Double? = nil, max: Double? = nil) {
        self.minimum = min
        self.maximum = max
    }
}

/// How many elements a list or map, or bytes a blob, may have.
package struct SizeConstraint: Sendable {
    package let minimum: Int
    package let maximum: Int?
    /// Whether messages leave the value out.
    package let isSensitive: Bool

    package init(min: Int = 0, max: Int? = nil, sensitive: Bool = false) {
        self.minimum = min
        self.maximum = max
        self.isSensitive = sensitive
    }

    /// All parts in brackets, as messages about the values of a map have them.
    package var list: String {
        let upper = self.maximum.map { "Member must have length less than or equal to \($0), " } ?? ""
        return "[\(upper)Member must have length greater than or equal to \(self.minimum)]"
    }

    /// What a wrong count says; nil for a right one.
    package func failure(_ count: Int) -> String? {
        if count < self.minimum { return "Member must have length greater than or equal to \(self.minimum)" }
        if let maximum, count > maximum { return "Member must have length less than or equal to \(maximum)" }
        return nil
    }
}
