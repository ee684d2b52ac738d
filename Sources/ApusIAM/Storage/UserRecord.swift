package import ApusBase
internal import ApusStore

/// A user.
package struct UserRecord: StoreValue, Equatable {
    package var account: String
    /// `AIDA…`
    package var id: String
    package var name: String
    package var path: String
    package var created: Timestamp
    /// The ARN of the policy that is the permissions boundary.
    package var boundary: String?
    package var tags: [String: String]

    package init(
        account: String, id: String, name: String, path: String, created: Timestamp, boundary: String? = nil,
        tags: [String: String] = [:]
    ) {
        self.account = account
        self.id = id
        self.name = name
        self.path = path
        self.created = created
        self.boundary = boundary
        self.tags = tags
    }

    package var arn: String { "arn:aws:iam::\(self.account):user\(self.path)\(self.name)" }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.id)
        writer.string(self.name)
        writer.string(self.path)
        writer.timestamp(self.created)
        writer.optional(self.boundary) { $0.string($1) }
        writer.stringMap(self.tags)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.id = try reader.readString()
        self.name = try reader.readString()
        self.path = try reader.readString()
        self.created = try reader.readTimestamp()
        self.boundary = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.tags = try reader.readStringMap()
    }
}
