extension String {
    /// The text that `bytes` hold, or nil where they are not UTF-8. Several times as fast as `String(validating:as:)`, which
    /// is generic in the encoding.
    package init?(utf8 bytes: [UInt8]) {
        guard let text = String(utf8: bytes.span) else { return nil }
        self = text
    }

    /// The text that `bytes` hold, or nil where they are not UTF-8.
    init?(utf8 bytes: Span<UInt8>) {
        guard let utf8 = try? UTF8Span(validating: bytes) else { return nil }
        self = String(copying: utf8)
    }
}
