/// Finds what somebody meant who misspelt a name.
package enum NearestName {
    /// The candidate with the smallest edit distance to `name`, the first of equals; nil where none is close.
    ///
    /// Close is at most a third of the name's length, and at least two edits, so that `prot` finds `port`; or the beginning
    /// of a longer name.
    /// O(candidates × length²).
    package static func of(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().utf8)
        var best: (name: String, distance: Int)? = nil
        for candidate in candidates {
            let distance = Self.distance(wanted, Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        if let best, best.distance <= max(2, wanted.count / 3) { return best.name }
        return wanted.count < 3 ? nil : candidates.first { $0.lowercased().hasPrefix(name.lowercased()) }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last: [Int] = Array(0...b.count)
        for i in 1...a.count {
            var row: [Int] = [i]
            row.reserveCapacity(b.count + 1)
            for j in 1...b.count {
                let replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var least = min(replace, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    least = min(least, beforeLast[j - 2] + 1)
                }
                row.append(least)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
