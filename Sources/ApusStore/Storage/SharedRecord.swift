internal import ApusBase
public import Synchronization

/// A record that many readers look at between two changes: its bytes, and what they mean once somebody has read that.
@usableFromInline package final class SharedRecord: Sendable {
    /// nil: there is nothing under the key.
    @usableFromInline package let bytes: [UInt8]?
    @usableFromInline let meaning = AtomicLazyReference<Meaning>()

    package init(_ bytes: [UInt8]?) { self.bytes = bytes }

    /// The record's value, decoded by the first who asks; nil where there is none.
    @inlinable package func value<Value: StoreValue>(_ type: Value.Type, tag: KeyTag) throws(StoreError) -> Value? {
        if let known = self.meaning.load() as? Decoded<Value> { return known.value }
        guard let bytes = self.bytes else { return nil }
        let value = try Value(decoding: bytes, tag: tag)
        _ = self.meaning.storeIfNil(Decoded(value))
        return value
    }

    @usableFromInline class Meaning: @unchecked Sendable {
        // SAFETY: has nothing; what its subclass has does not change and is `Sendable`.
    }
    @usableFromInline final class Decoded<Value: StoreValue>: Meaning, @unchecked Sendable {
        // SAFETY: see above.
        @usableFromInline let value: Value
        @usableFromInline init(_ value: Value) { self.value = value }
    }
}

/// What a view has under a key.
@usableFromInline package enum FoundRecord {
    case nothing
    case bytes([UInt8])
    case shared(SharedRecord)
}
