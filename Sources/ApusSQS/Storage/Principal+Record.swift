internal import ApusBase
internal import ApusService

// A principal in a record: a byte for its kind, then its fields. What a session was given is kept with it, so that it may
// later what it might when it asked, and no more.
//
//     0 root      account
//     1 user      account, name, path, id
//     2 session   account, role name, path, id, session name, optional details
//     3 service   name, optional source ARN, optional source account
//     4 anonymous
extension Principal {
    func encode(into writer: inout RecordWriter) {
        switch self {
        case .root(let account):
            writer.byte(0)
            writer.string(account)
        case .user(let user):
            writer.byte(1)
            for text in [user.account, user.name, user.path, user.id] { writer.string(text) }
        case .session(let session):
            writer.byte(2)
            for text in [session.account, session.roleName, session.rolePath, session.roleID, session.sessionName] {
                writer.string(text)
            }
            writer.optional(session.details) { writer, details in details.encode(into: &writer) }
        case .service(let service):
            writer.byte(3)
            writer.string(service.name)
            writer.optional(service.sourceARN) { writer, text in writer.string(text) }
            writer.optional(service.sourceAccount) { writer, text in writer.string(text) }
        case .anonymous: writer.byte(4)
        }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        switch try reader.readByte() {
        case 0: self = .root(account: try reader.readString())
        case 1:
            self = .user(
                IAMUserIdentity(
                    account: try reader.readString(), name: try reader.readString(), path: try reader.readString(),
                    id: try reader.readString()))
        case 2:
            self = .session(
                RoleSession(
                    account: try reader.readString(), roleName: try reader.readString(),
                    rolePath: try reader.readString(), roleID: try reader.readString(),
                    sessionName: try reader.readString(),
                    details: try reader.readOptional { (reader) throws(RecordError) in
                        try SessionDetails(from: &reader)
                    }))
        case 3:
            self = .service(
                ServiceIdentity(
                    name: try reader.readString(), sourceARN: try reader.readOptionalString(),
                    sourceAccount: try reader.readOptionalString()))
        case 4: self = .anonymous
        default: throw reader.error(.invalidValue)
        }
    }
}

extension SessionDetails {
    fileprivate func encode(into writer: inout RecordWriter) {
        writer.timestamp(self.issued)
        writer.optional(self.policy) { writer, text in writer.string(text) }
        writer.strings(self.policyARNs)
        writer.stringMap(self.tags)
        writer.strings(self.transitiveTagKeys)
        writer.optional(self.sourceIdentity) { writer, text in writer.string(text) }
    }

    fileprivate convenience init(from reader: inout RecordReader) throws(RecordError) {
        self.init(
            issued: try reader.readTimestamp(), policy: try reader.readOptionalString(),
            policyARNs: try reader.readStrings(), tags: try reader.readStringMap(),
            transitiveTagKeys: try reader.readStrings(), sourceIdentity: try reader.readOptionalString())
    }
}

extension RecordReader {
    fileprivate mutating func readOptionalString() throws(RecordError) -> String? {
        try self.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
