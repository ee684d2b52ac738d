/// Comparison of secrets whose duration tells nothing about where they differ.
package enum ConstantTime {
    /// Whether both have the same bytes. Takes time by the length alone; that lengths differ is answered at once.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in Self.equal(left, right) } }
    }

    /// Whether both have the same bytes, for bytes that are not in an array.
    @inline(never)
    package static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<left.count { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
