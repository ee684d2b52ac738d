/// A number as JSON writes it. The text is kept, so that what is passed on is not rounded.
///
/// Two numbers are equal when their texts are: `1` and `1.0` differ.
package struct JSONNumber: Hashable, Sendable {
    /// Follows JSON's grammar.
    package let text: String

    package init(_ value: Int64) { self.text = String(value) }

    /// The shortest text that reads back as `value`, which must be finite.
    package init(_ value: Double) {
        precondition(value.isFinite, "JSON has no number for NaN and infinity.")
        if let integer = Int64(exactly: value), !(integer == 0 && value.sign == .minus) {
            self.text = String(integer)
        } else {
            self.text = value.description
        }
    }

    /// Nil where `text` is no JSON number.
    package init?(text: String) {
        var reader = JSONReader(Array(text.utf8))
        guard let number = try? reader.readNumberText(), number.utf8.count == text.utf8.count else { return nil }
        self.text = text
    }

    /// `text` must have been checked.
    init(unchecked text: String) { self.text = text }

    /// Nil where it has a fraction or does not fit.
    package var int64Value: Int64? {
        if let value = Int64(self.text) { return value }
        return Double(self.text).flatMap { Int64(exactly: $0) }
    }

    /// Rounded to the nearest; infinite past a double's range.
    package var doubleValue: Double { Double(self.text) ?? .infinity }
}
