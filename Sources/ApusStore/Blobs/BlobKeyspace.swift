internal import ApusBase

/// A blob that is about to be written: its file may be there, in part or whole, and nothing names it yet.
///
/// `0020 id(16)` → `{at, session}`
struct BlobIntentKey: StoreKey {
    typealias Value = BlobIntent
    static let tag = KeyTag.blobIntent
    var id: BlobID

    init(_ id: BlobID) { self.id = id }
    func encode(into encoder: inout KeyEncoder) { encoder.append(fixed: self.id.bytes) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readBlobID() }
}

struct BlobIntent: StoreValue, Equatable {
    /// When it was made.
    var at: Timestamp
    /// The run of the server that made it; that of an earlier run is nobody's.
    var session: UInt64

    init(at: Timestamp, session: UInt64) {
        self.at = at
        self.session = session
    }
    func encode(into writer: inout RecordWriter) {
        writer.timestamp(self.at)
        writer.uint(self.session)
    }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.at = try reader.readTimestamp()
        self.session = try reader.readUInt()
    }
}

/// A blob that something names.
///
/// `0022 id(16)` → `{length}`
struct BlobKey: StoreKey {
    typealias Value = BlobRecord
    static let tag = KeyTag.blob
    var id: BlobID

    init(_ id: BlobID) { self.id = id }
    func encode(into encoder: inout KeyEncoder) { encoder.append(fixed: self.id.bytes) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readBlobID() }
}

struct BlobRecord: StoreValue, Equatable {
    /// Bytes of content.
    var length: Int

    init(length: Int) { self.length = length }
    func encode(into writer: inout RecordWriter) { writer.int(self.length) }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.length = Int(try reader.readInt())
    }
}

/// A blob that nothing names any more: its file is to be removed, if it is there.
///
/// `0021 id(16)` → nothing
struct BlobGarbageKey: StoreKey {
    typealias Value = Presence
    static let tag = KeyTag.blobGarbage
    var id: BlobID

    init(_ id: BlobID) { self.id = id }
    func encode(into encoder: inout KeyEncoder) { encoder.append(fixed: self.id.bytes) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readBlobID() }

    /// Signalled when there is garbage to collect.
    static let channel = Channel(BlobGarbageKey(BlobID(bytes: Array(repeating: 0, count: BlobID.byteCount))!))
}

extension KeyDecoder {
    fileprivate mutating func readBlobID() throws(KeyError) -> BlobID {
        guard let id = BlobID(bytes: try self.readFixed(count: BlobID.byteCount)) else { throw KeyError() }
        return id
    }
}

extension Transaction {
    /// Makes a written blob belong to what this transaction writes. Once committed, the blob stays until it is released.
    ///
    /// Errors: `.unavailable` when the blob was given up meanwhile (too long ago, a reset): write it again.
    package mutating func adopt(_ blob: StoredBlob) throws(StoreError) {
        guard try self.contains(BlobIntentKey(blob.id)) else {
            throw .unavailable(reason: "the uploaded bytes were given up before they were used; upload them again")
        }
        try self.delete(BlobIntentKey(blob.id))
        try self.put(BlobKey(blob.id), BlobRecord(length: blob.length))
    }

    /// Gives up an adopted blob that this transaction no longer names. Its file is removed some time after the commit;
    /// who has it open can read on.
    package mutating func release(_ id: BlobID) throws(StoreError) {
        guard try self.contains(BlobKey(id)) else { return }
        try self.delete(BlobKey(id))
        try self.put(BlobGarbageKey(id), Presence())
        self.signal(BlobGarbageKey.channel)
    }
}
