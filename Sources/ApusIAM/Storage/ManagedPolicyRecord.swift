package import ApusBase
internal import ApusStore

/// A managed policy of a customer.
package struct ManagedPolicyRecord: StoreValue, Equatable {
    /// One of its versions.
    package struct Version: Sendable, Equatable {
        /// `v1` is 1.
        package var number: Int
        /// The JSON text as it came.
        package var document: String
        package var created: Timestamp

        package init(number: Int, document: String, created: Timestamp) {
            self.number = number
            self.document = document
            self.created = created
        }
    }

    package var account: String
    /// `ANPA…`
    package var id: String
    package var name: String
    package var path: String
    package var created: Timestamp
    package var updated: Timestamp
    package var description: String?
    /// Oldest first.
    package var versions: [Version]
    /// The number of the version in force.
    package var defaultVersion: Int
    package var tags: [String: String]
    /// The highest number that a version ever had: numbers are not used again.
    package var lastVersion: Int

    /// Version 2 added `lastVersion`.
    package static var version: UInt8 { 2 }

    package init(
        account: String, id: String, name: String, path: String, created: Timestamp, updated: Timestamp,
        description: String?, versions: [Version], defaultVersion: Int, tags: [String: String],
        lastVersion: Int
    ) {
        self.account = account
        self.id = id
        self.name = name
        self.path = path
        self.created = created
        self.updated = updated
        self.description = description
        self.versions = versions
        self.defaultVersion = defaultVersion
        self.tags = tags
        self.lastVersion = lastVersion
    }

    package var arn: String { "arn:aws:iam::\(self.account):policy\(self.path)\(self.name)" }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.id)
        writer.string(self.name)
        writer.string(self.path)
        writer.timestamp(self.created)
        writer.timestamp(self.updated)
        writer.optional(self.description) { $0.string($1) }
        writer.array(self.versions) { writer, version in
            writer.int(version.number)
            writer.string(version.document)
            writer.timestamp(version.created)
        }
        writer.int(self.defaultVersion)
        writer.stringMap(self.tags)
        writer.int(self.lastVersion)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.id = try reader.readString()
        self.name = try reader.readString()
        self.path = try reader.readString()
        self.created = try reader.readTimestamp()
        self.updated = try reader.readTimestamp()
        self.description = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.versions = try reader.readArray { (reader) throws(RecordError) in
            Version(
                number: Int(try reader.readInt()), document: try reader.readString(),
                created: try reader.readTimestamp())
        }
        self.defaultVersion = Int(try reader.readInt())
        self.tags = try reader.readStringMap()
        self.lastVersion = version >= 2 ? Int(try reader.readInt()) : self.versions.map(\.number).max() ?? 0
    }
}
