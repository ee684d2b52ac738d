package import ApusBase
package import ApusService
internal import ApusStore

/// An account as a whole.
package struct IAMAccountRecord: StoreValue, Equatable {
    /// A random number that is new after every change to the account's identities: what caches compare. Not a counter,
    /// so that a number of a commit that failed never comes again.
    package var generation: UInt64
    package var users: Int
    package var roles: Int
    package var policies: Int

    package init(generation: UInt64, users: Int = 0, roles: Int = 0, policies: Int = 0) {
        self.generation = generation
        self.users = users
        self.roles = roles
        self.policies = policies
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.generation)
        writer.int(self.users)
        writer.int(self.roles)
        writer.int(self.policies)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.generation = try reader.readUInt()
        self.users = Int(try reader.readInt())
        self.roles = Int(try reader.readInt())
        self.policies = Int(try reader.readInt())
    }
}

/// What a name stands for.
package struct IAMNameRecord: StoreValue, Equatable {
    package var id: String
    /// As it was written when it was created.
    package var name: String
    package var path: String

    package init(id: String, name: String, path: String) {
        self.id = id
        self.name = name
        self.path = path
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.id)
        writer.string(self.name)
        writer.string(self.path)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readString()
        self.name = try reader.readString()
        self.path = try reader.readString()
    }
}

/// An inline policy.
package struct InlinePolicyRecord: StoreValue, Equatable {
    /// The JSON text as it came.
    package var document: String

    package init(document: String) { self.document = document }

    package func encode(into writer: inout RecordWriter) { writer.string(self.document) }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.document = try reader.readString()
    }
}

/// An access key of a user or of the account itself.
package struct AccessKeyRecord: StoreValue, Equatable {
    package var account: String
    /// nil: the account's root.
    package var user: String?
    /// Sealed with `AccessKeyRecord.context(id)`.
    package var secret: Sealed
    package var isActive: Bool
    package var created: Timestamp

    package init(account: String, user: String?, secret: Sealed, isActive: Bool, created: Timestamp) {
        self.account = account
        self.user = user
        self.secret = secret
        self.isActive = isActive
        self.created = created
    }

    /// Ties the sealed secret to its key.
    static func context(_ id: String) -> [UInt8] { Array("iam:access-key:\(id)".utf8) }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.optional(self.user) { $0.string($1) }
        self.secret.encode(into: &writer)
        writer.bool(self.isActive)
        writer.timestamp(self.created)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.user = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.secret = try Sealed(from: &reader)
        self.isActive = try reader.readBool()
        self.created = try reader.readTimestamp()
    }
}
