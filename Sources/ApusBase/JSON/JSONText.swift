/// What reader and writer share: where a string has bytes that do not stand for themselves.
enum JSONText {
    /// From `start` to the first quote, backslash or control character, or the end: its index, and all bytes passed, or-ed
    /// into the bytes of a word. Eight bytes at a time: subtracting borrows into the high bit of the first byte that is
    /// sought, and only bytes after it can be marked wrongly.
    @inline(__always)
    static func plainRun(_ input: Span<UInt8>, from start: Int) -> (stop: Int, bits: UInt64) {
        var index = start
        let words = input.bytes
        var lanesSeen = SIMD16<UInt8>()
        // Where nothing is found, sixteen at a time.
        while index &+ 16 <= input.count {
            let lanes = words.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: SIMD16<UInt8>.self)
            if (lanes.marks(of: 0x22) | lanes.marks(of: 0x5c) | lanes.marks(below: 0x20)).hasHighBit { break }
            lanesSeen |= lanes
            index &+= 16
        }
        var seen = lanesSeen.bits
        while index &+ 8 <= input.count {
            let word = words.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let quote: UInt64 = word ^ 0x2222_2222_2222_2222
            let backslash: UInt64 = word ^ 0x5c5c_5c5c_5c5c_5c5c
            let quoteMarks: UInt64 = (quote &- 0x0101_0101_0101_0101) & ~quote
            let backslashMarks: UInt64 = (backslash &- 0x0101_0101_0101_0101) & ~backslash
            let controlMarks: UInt64 = (word &- 0x2020_2020_2020_2020) & ~word
            let marks: UInt64 = (quoteMarks | backslashMarks | controlMarks) & 0x8080_8080_8080_8080
            if marks != 0 {
                let lowestMark: UInt64 = marks & (0 &- marks)
                seen |= word & ((lowestMark >> 7) &- 1)
                return (index &+ marks.trailingZeroBitCount >> 3, seen)
            }
            seen |= word
            index &+= 8
        }
        while index < input.count {
            let byte = input[unchecked: index]
            if byte == 0x22 || byte == 0x5c || byte < 0x20 { break }
            seen |= UInt64(byte)
            index &+= 1
        }
        return (index, seen)
    }

    /// The letter after the backslash of a short escape, 0 for a byte that has none.
    @inline(__always)
    static func shortEscape(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x22, 0x5c: byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0a: UInt8(ascii: "n")
        case 0x0c: UInt8(ascii: "f")
        case 0x0d: UInt8(ascii: "r")
        default: 0
        }
    }

    /// The byte that a short escape with this letter stands for, 0 for a letter that is none.
    @inline(__always)
    static func shortEscaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case 0x22, 0x5c, 0x2f: letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "r"): 0x0d
        default: 0
        }
    }
}
