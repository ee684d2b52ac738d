/// A set of texts that is asked with bytes of a tape, without making anything of them. O(log n) per question.
///
/// Bytes, not strings: Swift's strings are equal when they look equal, AWS's when their characters are the same.
struct SortedTexts: Sendable, ExpressibleByArrayLiteral {
    private(set) var texts: [[UInt8]] = []

    init(arrayLiteral texts: [UInt8]...) { for text in texts { self.insert(text) } }

    var isEmpty: Bool { self.texts.isEmpty }

    mutating func insert(_ text: [UInt8]) {
        let index = Self.index(of: text[...], count: self.texts.count) { self.texts[$0] }
        if index < self.texts.count, self.texts[index] == text { return }
        self.texts.insert(text, at: index)
    }

    func contains(_ text: ArraySlice<UInt8>) -> Bool {
        guard !self.texts.isEmpty else { return false }
        let index = Self.index(of: text, count: self.texts.count) { self.texts[$0] }
        return index < self.texts.count && self.texts[index][...] == text
    }

    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }

    /// The first index whose text does not precede `text`.
    static func index(of text: ArraySlice<UInt8>, count: Int, _ textAt: (Int) -> [UInt8]) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if textAt(middle).lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
