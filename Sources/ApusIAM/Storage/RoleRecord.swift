package import ApusBase
internal import ApusStore

/// A role.
package struct RoleRecord: StoreValue, Equatable {
    package var account: String
    /// `AROA…`
    package var id: String
    package var name: String
    package var path: String
    package var created: Timestamp
    package var description: String?
    package var maximumSessionSeconds: Int
    /// The JSON text as it came.
    package var trustDocument: String
    /// The ids that users and roles named in the trust policy had when it was saved, by ARN.
    package var trustedIDs: [String: String]
    /// The ARN of the policy that is the permissions boundary.
    package var boundary: String?
    package var tags: [String: String]

    package init(
        account: String, id: String, name: String, path: String, created: Timestamp, description: String? = nil,
        maximumSessionSeconds: Int, trustDocument: String, trustedIDs: [String: String] = [:], boundary: String? = nil,
        tags: [String: String] = [:]
    ) {
        self.account = account
        self.id = id
        self.name = name
        self.path = path
        self.created = created
        self.description = description
        self.maximumSessionSeconds = maximumSessionSeconds
        self.trustDocument = trustDocument
        self.trustedIDs = trustedIDs
        self.boundary = boundary
        self.tags = tags
    }

    package var arn: String { "arn:aws:iam::\(self.account):role\(self.path)\(self.name)" }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.id)
        writer.string(self.name)
        writer.string(self.path)
        writer.timestamp(self.created)
        writer.optional(self.description) { $0.string($1) }
        writer.int(self.maximumSessionSeconds)
        writer.string(self.trustDocument)
        writer.stringMap(self.trustedIDs)
        writer.optional(self.boundary) { $0.string($1) }
        writer.stringMap(self.tags)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.id = try reader.readString()
        self.name = try reader.readString()
        self.path = try reader.readString()
        self.created = try reader.readTimestamp()
        self.description = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.maximumSessionSeconds = Int(try reader.readInt())
        self.trustDocument = try reader.readString()
        self.trustedIDs = try reader.readStringMap()
        self.boundary = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.tags = try reader.readStringMap()
    }
}
