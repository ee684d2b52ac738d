/// What one can wait on: the encoded key of the thing that changes, such as a queue's.
package struct Channel: Hashable, Sendable {
    package let bytes: [UInt8]

    /// The channel of the record under `key`.
    package init<Key: StoreKey>(_ key: Key) { self.bytes = key.encoded }
}
