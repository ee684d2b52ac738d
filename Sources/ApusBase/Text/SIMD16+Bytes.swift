// Sixteen bytes at a time. Comparisons of whole vectors are compiled into loops over their lanes (Swift 6.3); arithmetic is not, so
// a property of a byte is found as the high bit of a difference.
extension SIMD16 where Scalar == UInt8 {
    /// The bits that any of the bytes has, each in some byte of a word.
    @inlinable @inline(__always)
    package var bits: UInt64 {
        let words = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return words[0] | words[1]
    }

    /// Whether the high bit of any byte is set.
    @inlinable @inline(__always)
    package var hasHighBit: Bool { self.bits & 0x8080_8080_8080_8080 != 0 }

    /// The high bit of each byte that is `byte`.
    @inlinable @inline(__always)
    package func marks(of byte: UInt8) -> SIMD16<UInt8> {
        let difference = self ^ byte
        return (difference &- 1) & ~difference & 0x80
    }

    /// The high bit of each byte that is less than `bound`, which is 128 at most.
    @inlinable @inline(__always)
    package func marks(below bound: UInt8) -> SIMD16<UInt8> { (self &- bound) & ~self & 0x80 }
}
