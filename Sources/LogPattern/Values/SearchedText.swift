/// A text that is looked for in others, by its bytes.
///
/// Knuth, Morris, Pratt: O(text) whatever the searched text is; trying each place anew would cost O(text × searched) where a
/// stranger chooses both.
struct SearchedText: Sendable, Equatable {
    private let bytes: [UInt8]
    /// For each length of a found beginning, the length of the longest shorter beginning that ends there too.
    private let fallback: [Int]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var fallback = [Int](repeating: 0, count: bytes.count + 1)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = fallback[length] }
            if bytes[index] == bytes[length] { length += 1 }
            fallback[index + 1] = length
        }
        self.bytes = bytes
        self.fallback = fallback
    }

    func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !self.bytes.isEmpty else { return true }
        var length = 0
        for byte in text {
            while length > 0, byte != self.bytes[length] { length = self.fallback[length] }
            if byte == self.bytes[length] { length += 1 }
            if length == self.bytes.count { return true }
        }
        return false
    }
}
