/// A half-open range of the keys of one tag: `start ..< end`, bytewise.
@usableFromInline package struct KeyRange<Key: StoreKey>: Sendable, Equatable {
    @usableFromInline package private(set) var start: [UInt8]
    @usableFromInline package private(set) var end: [UInt8]

    package init(start: [UInt8], end: [UInt8]) {
        self.start = start
        self.end = end
    }

    /// The part of this range at and after `key`.
    package func from(_ key: Key) -> KeyRange { self.narrowed(start: key.encoded) }

    /// The part of this range after `key`.
    package func after(_ key: Key) -> KeyRange { self.narrowed(start: key.encoded + [0]) }

    /// The part of this range before `key`.
    package func before(_ key: Key) -> KeyRange { self.narrowed(end: key.encoded) }

    /// The part of this range up to and with `key`.
    package func through(_ key: Key) -> KeyRange { self.narrowed(end: key.encoded + [0]) }

    /// The part at and after the keys that begin with the fields that `prefix` appends.
    package func from(_ prefix: (inout KeyEncoder) -> Void) -> KeyRange {
        var encoder = KeyEncoder(tag: Key.tag)
        prefix(&encoder)
        return self.narrowed(start: encoder.bytes)
    }

    /// The part before the keys that begin with the fields that `prefix` appends.
    package func before(_ prefix: (inout KeyEncoder) -> Void) -> KeyRange {
        var encoder = KeyEncoder(tag: Key.tag)
        prefix(&encoder)
        return self.narrowed(end: encoder.bytes)
    }

    private func narrowed(start: [UInt8]? = nil, end: [UInt8]? = nil) -> KeyRange {
        var range = self
        if let start, bytesAreOrdered(self.start, start) { range.start = start }
        if let end, bytesAreOrdered(end, self.end) { range.end = end }
        return range
    }
}
