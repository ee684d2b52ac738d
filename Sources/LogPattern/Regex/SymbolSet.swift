/// A set of characters of a message: the 128 of ASCII, and all others as one.
struct SymbolSet: Sendable, Equatable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private var hasOthers = false

    /// The symbol that stands for every character beyond ASCII.
    static let other = 128
    static let symbols = 129

    static let empty = SymbolSet()
    static let any = SymbolSet.empty.inverted
    static let digits = SymbolSet("0"..."9")
    static let word = SymbolSet("a"..."z").union(SymbolSet("A"..."Z")).union(.digits).union(SymbolSet("_"..."_"))
    /// AWS names tab, space and line feed as examples; the other white space of ASCII is counted in.
    static let space = SymbolSet("\t"..."\r").union(SymbolSet(" "..." "))

    init() {}

    init(_ range: ClosedRange<Unicode.Scalar>) {
        for value in range.lowerBound.value...range.upperBound.value where value < 128 { self.insert(UInt8(value)) }
    }

    init(_ byte: UInt8) { self.insert(byte) }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { self.low |= 1 << UInt64(byte) } else { self.high |= 1 << UInt64(byte - 64) }
    }

    func union(_ set: SymbolSet) -> SymbolSet {
        var union = self
        union.low |= set.low
        union.high |= set.high
        union.hasOthers = union.hasOthers || set.hasOthers
        return union
    }

    var inverted: SymbolSet {
        var inverted = self
        inverted.low = ~self.low
        inverted.high = ~self.high
        inverted.hasOthers = !self.hasOthers
        return inverted
    }

    func contains(symbol: Int) -> Bool {
        if symbol == Self.other { return self.hasOthers }
        return symbol < 64 ? self.low >> UInt64(symbol) & 1 == 1 : self.high >> UInt64(symbol - 64) & 1 == 1
    }
}
