/// A text in which `*` stands for any characters, none included; `\*` and `\\` stand for themselves.
///
/// The parts between wildcards are looked for one after the other, each at its first place, with tables that say how far a
/// failed attempt may skip (Knuth, Morris, Pratt 1977): a match costs O(text), whatever both are.
struct WildcardText: Sendable {
    struct Failure: Error {
        var reason: String
    }
    private let parts: [[UInt8]]
    private let tables: [[Int]]

    /// The wildcards.
    var count: Int { self.parts.count - 1 }

    init(_ text: [UInt8]) throws(Failure) {
        var parts: [[UInt8]] = [[]]
        var index = 0
        var afterWildcard = false
        while index < text.count {
            let byte = text[index]
            // AWS counts positions with the quote before the text.
            if byte == UInt8(ascii: "*") {
                if afterWildcard { throw Failure(reason: "Consecutive wildcard characters at pos \(index)") }
                parts.append([])
                afterWildcard = true
                index += 1
                continue
            }
            afterWildcard = false
            if byte == UInt8(ascii: "\\") {
                index += 1
                guard index < text.count, text[index] == UInt8(ascii: "*") || text[index] == byte else {
                    throw Failure(reason: "Invalid escape character at pos \(index)")
                }
            }
            parts[parts.count - 1].append(text[index])
            index += 1
        }
        self.parts = parts
        self.tables = parts.map(Self.table)
    }

    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = self.parts.first, let last = self.parts.last else { return false }
        if self.parts.count == 1 { return text == first[...] }
        guard text.count >= first.count + last.count, text.starts(with: first), text.suffix(last.count) == last[...]
        else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for index in 1..<self.parts.count - 1 {
            guard let end = self.find(index, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    /// The index after the first place of a part.
    private func find(_ number: Int, in text: ArraySlice<UInt8>) -> Int? {
        let part = self.parts[number]
        let table = self.tables[number]
        guard !part.isEmpty else { return text.startIndex }
        var matched = 0
        for index in text.indices {
            while matched > 0, part[matched] != text[index] { matched = table[matched - 1] }
            if part[matched] == text[index] { matched += 1 }
            if matched == part.count { return index + 1 }
        }
        return nil
    }

    /// For each length of a beginning, the longest beginning that it also ends with.
    private static func table(_ part: [UInt8]) -> [Int] {
        var table = [Int](repeating: 0, count: part.count)
        var matched = 0
        for index in part.indices.dropFirst() {
            while matched > 0, part[matched] != part[index] { matched = table[matched - 1] }
            if part[matched] == part[index] { matched += 1 }
            table[index] = matched
        }
        return table
    }
}
