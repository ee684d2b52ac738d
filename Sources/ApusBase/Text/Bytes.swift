internal import Glibc

/// Comparison of bytes that are no secrets; for those see `ConstantTime`.
package enum Bytes {
    /// Whether both are the same. Faster than a loop over them, which `==` and `elementsEqual` are.
    package static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        return memcmp(first, second, left.count) == 0
    }
}
