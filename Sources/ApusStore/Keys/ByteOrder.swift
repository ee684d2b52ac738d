internal import Glibc

/// Bytewise order: negative, zero or positive as `left` sorts before, with or after `right`. O(common length).
@inline(__always)
package func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let common = min(left.count, right.count)
    if common > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress {
        let order = memcmp(leftBase, rightBase, common)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}

/// Bytewise order of two arrays.
@inline(__always)
package func compareBytes(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left.withUnsafeBytes { leftBytes in right.withUnsafeBytes { compareBytes(leftBytes, $0) } }
}

/// Whether `left` sorts strictly before `right`.
@inline(__always)
package func bytesAreOrdered(_ left: [UInt8], _ right: [UInt8]) -> Bool { compareBytes(left, right) < 0 }

/// The least byte string above every string that begins with `prefix`, which must not be all 0xFF (no tag is).
func bytesAfter(prefix: [UInt8]) -> [UInt8] {
    var bytes = prefix
    while let last = bytes.last {
        if last < 0xFF {
            bytes[bytes.count - 1] = last + 1
            return bytes
        }
        bytes.removeLast()
    }
    preconditionFailure("a key prefix begins with its tag, and no tag is all 0xFF")
}
