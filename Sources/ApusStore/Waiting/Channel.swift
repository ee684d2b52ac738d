/// What one can wait on: the encoded key of the thing that changes, such as a queue's.
package struct Channel: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Whether a change is for all who wait and not for one: what they wait for is read by each and taken by none.
    package let wakesAll: Bool

    /// The channel of the record under `key`.
    package init<Key: StoreKey>(_ key: Key, wakesAll: Bool = false) {
        self.bytes = key.encoded
        self.wakesAll = wakesAll
    }
}
