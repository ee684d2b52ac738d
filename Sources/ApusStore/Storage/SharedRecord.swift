internal import ApusBase
internal import Synchronization

/// A record that many readers look at between two changes: its bytes, and what they mean once somebody has read that.
package final class SharedRecord: Sendable {
    /// nil: there is nothing under the key.
    package let bytes: [UInt8]?
    private let meaning = AtomicLazyReference<Meaning>()

    package init(_ bytes: [UInt8]?) { self.bytes = bytes }

    /// The record's value, decoded by the first who asks; nil where there is none.
    package func value<Value: StoreValue>(_ type: Value.Type, tag: KeyTag) throws(StoreError) -> Value? {
        if let known = self.meaning.load() as? Decoded<Value> { return known.value }
        guard let bytes = self.bytes else { return nil }
        let value = try Value(decoding: bytes, tag: tag)
        _ = self.meaning.storeIfNil(Decoded(value))
        return value
    }

    private class Meaning: @unchecked Sendable {
        // SAFETY: has nothing; what its subclass has does not change and is `Sendable`.
    }
    private final class Decoded<Value: StoreValue>: Meaning, @unchecked Sendable {
        // SAFETY: see above.
        let value: Value
        init(_ value: Value) { self.value = value }
    }
}

/// What a view has under a key.
package enum FoundRecord {
    case nothing
    case bytes([UInt8])
    case shared(SharedRecord)
}
