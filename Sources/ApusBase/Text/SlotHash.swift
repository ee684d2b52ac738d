/// FNV-1a, for slots of tables in memory that may collide: the same in every process, unlike `Hasher`.
///
/// Source: http://www.isthe.com/chongo/tech/comp/fnv/
package enum SlotHash {
    /// The slot of `bytes` among so many. O(bytes).
    package static func slot(of bytes: [UInt8], among slots: Int) -> Int {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return Int((hash ^ (hash >> 32)) % UInt64(slots))
    }
}
