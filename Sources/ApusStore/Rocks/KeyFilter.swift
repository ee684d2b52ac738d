/// A Bloom filter that grows with what is added: says of a key that it was never added, or that it may have been.
///
/// Layers of blocks of 64 bytes, one look at memory for each layer; a full one is followed by one of eight times its size.
/// At twelve bits a key, one of some hundred strange keys is taken for one that was added.
struct KeyFilter {
    /// Layers of words, eight of which are a block.
    private var layers: [[UInt64]] = []
    /// Keys in the last layer, and how many it has room for.
    private var count = 0
    private var capacity = 0

    /// Bytes of all layers.
    private(set) var bytes = 0

    private static let wordsPerBlock = 8
    private static let keysPerBlock = 42
    private static let firstBlocks = 8
    private static let growth = 8

    /// - Parameter hash: 64 bits, any of which may differ between two keys.
    mutating func add(_ hash: UInt64) {
        if self.count == self.capacity { self.grow() }
        self.count += 1
        let last = self.layers.count - 1
        let block = Self.block(hash, self.layers[last].count)
        Self.forEachBit(of: hash) { word, bit in
            self.layers[last][block + word] |= bit
            return true
        }
    }

    func mayContain(_ hash: UInt64) -> Bool {
        for layer in self.layers {
            let block = Self.block(hash, layer.count)
            if Self.forEachBit(of: hash, { word, bit in layer[block + word] & bit != 0 }) { return true }
        }
        return false
    }

    private mutating func grow() {
        let blocks = self.layers.last.map { $0.count / Self.wordsPerBlock * Self.growth } ?? Self.firstBlocks
        self.layers.append([UInt64](repeating: 0, count: blocks * Self.wordsPerBlock))
        self.count = 0
        self.capacity = blocks * Self.keysPerBlock
        self.bytes += blocks * Self.wordsPerBlock * 8
    }

    /// The first word of the block for a hash, by its upper half.
    @inline(__always)
    private static func block(_ hash: UInt64, _ words: Int) -> Int {
        Int(((hash >> 32) &* UInt64(words / Self.wordsPerBlock)) >> 32) * Self.wordsPerBlock
    }

    /// The six bits of a hash in its block, as a word and a mask, until `body` answers false. Answers whether it never did.
    @inline(__always)
    @discardableResult
    private static func forEachBit(of hash: UInt64, _ body: (_ word: Int, _ bit: UInt64) -> Bool) -> Bool {
        // 54 bits that depend on all of the lower half: an odd constant, as Fibonacci hashing takes it.
        var bits = (hash & 0xFFFF_FFFF) &* 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 29
        for _ in 0..<6 {
            guard body(Int(bits & 7), 1 << (bits >> 3 & 63)) else { return false }
            bits >>= 9
        }
        return true
    }
}
