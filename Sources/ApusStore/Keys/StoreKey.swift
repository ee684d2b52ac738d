public import ApusBase

/// A typed key with the type of what lies under it.
///
/// The encoding preserves order: `a` sorts before `b` exactly when its fields, compared one after the other, do. Fields go
/// tag, account, region, resource, then what is scanned; global names omit account and region.
@usableFromInline package protocol StoreKey: Hashable, Sendable {
    associatedtype Value: StoreValue
    static var tag: KeyTag { get }
    func encode(into encoder: inout KeyEncoder)
    init(from decoder: inout KeyDecoder) throws(KeyError)
}

extension StoreKey {
    /// The key's bytes: the tag, then its fields.
    @inlinable package var encoded: [UInt8] {
        var encoder = KeyEncoder(tag: Self.tag)
        self.encode(into: &encoder)
        return encoder.bytes
    }

    /// The keys that begin with the fields that `prefix` appends; all keys of the tag when it appends none.
    package static func range(_ prefix: (inout KeyEncoder) -> Void = { _ in }) -> KeyRange<Self> {
        var encoder = KeyEncoder(tag: Self.tag)
        prefix(&encoder)
        return KeyRange(start: encoder.bytes, end: bytesAfter(prefix: encoder.bytes))
    }
}

/// A value in the store. Every record begins with its format version and can be read for ever: a change of format is a new
/// version, and `init(from:version:)` keeps reading the old ones.
@usableFromInline package protocol StoreValue: Sendable {
    /// The version that `encode` writes.
    static var version: UInt8 { get }
    /// Bytes for which memory is taken before it is encoded; more is taken when it does not suffice.
    var encodedBytes: Int { get }
    func encode(into writer: inout RecordWriter)
    /// Reads a record of any version from 1 to `Self.version`.
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError)
}

extension StoreValue {
    @inlinable package static var version: UInt8 { 1 }
    @inlinable package var encodedBytes: Int { 64 }

    /// The record's bytes: the version, then its fields.
    @inlinable package var encoded: [UInt8] {
        var writer = RecordWriter()
        writer.bytes.reserveCapacity(self.encodedBytes)
        writer.byte(Self.version)
        self.encode(into: &writer)
        return writer.bytes
    }

    /// Reads what `encoded` wrote.
    @inlinable package init(decoding bytes: [UInt8], tag: KeyTag) throws(StoreError) {
        var reader = RecordReader(bytes)
        do {
            let version = try reader.readByte()
            guard version >= 1, version <= Self.version else {
                throw StoreError.corrupt(tag, reason: "record version \(version), newest known \(Self.version)")
            }
            self = try Self(from: &reader, version: version)
            guard reader.isAtEnd else { throw StoreError.corrupt(tag, reason: "a record has more bytes than fields") }
        } catch let error as RecordError {
            throw .corrupt(tag, reason: "\(error)")
        } catch let error as StoreError {
            throw error
        } catch {
            throw .corrupt(tag, reason: "\(error)")
        }
    }
}

/// The value of index keys, whose existence says everything.
package struct Presence: StoreValue, Equatable {
    package init() {}
    package var encodedBytes: Int { 1 }
    package func encode(into writer: inout RecordWriter) {}
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {}
}
