/// Looks for bytes within bytes, in time that grows with the sum of their lengths whatever they are (Knuth, Morris and Pratt).
enum ByteSearch {
    static func occurs(_ needle: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Bool {
        guard !needle.isEmpty else { return true }
        guard needle.count <= text.count else { return false }
        return text.withUnsafeBufferPointer { text in
            needle.withUnsafeBufferPointer { Self.search($0, text) }
        }
    }

    private static func search(_ needle: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let borders = Self.borders(of: needle)
        var matched = 0
        for byte in text {
            while matched > 0, needle[matched] != byte { matched = borders[matched - 1] }
            if needle[matched] == byte { matched += 1 }
            if matched == needle.count { return true }
        }
        return false
    }

    /// For each place, how long the longest proper beginning of the needle is that ends there.
    private static func borders(of needle: UnsafeBufferPointer<UInt8>) -> [Int] {
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for place in 1..<needle.count {
            while length > 0, needle[length] != needle[place] { length = borders[length - 1] }
            if needle[length] == needle[place] { length += 1 }
            borders[place] = length
        }
        return borders
    }
}
