/// A stored key as a key of a dictionary.
struct CachedKey: Hashable {
    let bytes: [UInt8]
    /// All bytes at once: Array hands them over one by one.
    func hash(into hasher: inout Hasher) { self.bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
