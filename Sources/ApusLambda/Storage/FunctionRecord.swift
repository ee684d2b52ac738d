package import ApusBase
internal import ApusService
internal import ApusStore

/// A function's `$LATEST` or one of its published versions: configuration, and where the code lies.
///
/// Version 2 of the format added `number`, `shared`, layers and the unpacked size; version 3 `folder`;
/// version 4 what makes it durable; version 5 SnapStart; version 6 its VPC, file systems and image; version 7 whether it
/// isolates its tenants; version 8 when its runtime is updated.
package struct FunctionRecord: StoreValue, Equatable {
    package static let version: UInt8 = 8
    /// Never reused: a function made again under the same name has nothing of the old one.
    package var id: UInt64
    /// Counts changes of code and configuration; with `id` the key of the pool of environments.
    package var change: UInt64
    /// The `RevisionId` of answers.
    package var revisionID: String
    package var lastModified: Timestamp
    package var configuration: FunctionSettings
    package var code: FunctionCodeRecord
    /// Of the function; a published version has none.
    package var tags: [String: String]
    /// The number of a published version; nil: `$LATEST`.
    package var number: UInt64?
    /// What belongs to the function whatever its version. In `$LATEST` alone; a published version's says nothing.
    package var shared: FunctionShared
    /// The folder that it runs from as it lies there, in place of a package: for development.
    package var folder: String?

    package init(
        id: UInt64, change: UInt64, revisionID: String, lastModified: Timestamp, configuration: FunctionSettings,
        code: FunctionCodeRecord, tags: [String: String], number: UInt64? = nil,
        shared: FunctionShared = FunctionShared(), folder: String? = nil
    ) {
        self.id = id
        self.change = change
        self.revisionID = revisionID
        self.lastModified = lastModified
        self.configuration = configuration
        self.code = code
        self.tags = tags
        self.number = number
        self.shared = shared
        self.folder = folder
    }

    /// The key of the pool of environments: never the same for two contents, nor for `$LATEST` and a version of its content.
    package var revision: String {
        let id = String(self.id, radix: 16)
        return self.number.map { "\(id)-v\($0)" } ?? "\(id)-\(self.change)"
    }

    /// `$LATEST`, or the number of a published version.
    package var versionName: String { self.number.map(String.init) ?? "$LATEST" }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.uint(self.change)
        writer.string(self.revisionID)
        writer.timestamp(self.lastModified)
        self.configuration.encode(into: &writer)
        self.code.encode(into: &writer)
        writer.stringMap(self.tags)
        writer.optional(self.number) { $0.uint($1) }
        if self.number == nil { self.shared.encode(into: &writer) }
        writer.optional(self.folder) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.change = try reader.readUInt()
        self.revisionID = try reader.readString()
        self.lastModified = try reader.readTimestamp()
        self.configuration = try FunctionSettings(from: &reader, version: version)
        self.code = try FunctionCodeRecord(from: &reader, hasUnzippedBytes: version >= 2)
        self.tags = try reader.readStringMap()
        self.number = nil
        self.shared = FunctionShared()
        guard version >= 2 else { return }
        self.number = try reader.readOptional { (reader) throws(RecordError) in try reader.readUInt() }
        if self.number == nil { self.shared = try FunctionShared(from: &reader) }
        guard version >= 3 else { return }
        self.folder = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
