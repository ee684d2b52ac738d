package import ApusBase

/// What a table is within a global table (version 2019.11.21): each member lists all others of its group.
package struct TableReplicas: Equatable, Sendable {
    /// Another member: the table of the same name and account in another region.
    package struct Member: Equatable, Sendable {
        package enum Status: UInt8, Sendable {
            case active = 1
            /// The items from before it are being copied; changes reach it from its first moment on.
            case creating = 2
            /// In the answer to its deletion only.
            case deleting = 3

            package var name: String {
                switch self {
                case .active: "ACTIVE"
                case .creating: "CREATING"
                case .deleting: "DELETING"
                }
            }
        }

        package var region: String
        package var status: Status
        package var overrides: Overrides

        package init(region: String, status: Status, overrides: Overrides = Overrides()) {
            self.region = region
            self.status = status
            self.overrides = overrides
        }
    }

    /// What a member has for itself, whatever the others have.
    package struct Overrides: Equatable, Sendable {
        /// OnDemandThroughputOverride: MaxReadRequestUnits.
        package var maxRead: Int?
        package var tableClass: String?

        package init(maxRead: Int? = nil, tableClass: String? = nil) {
            self.maxRead = maxRead
            self.tableClass = tableClass
        }

        func encode(into writer: inout RecordWriter) {
            writer.optional(self.maxRead) { $0.int($1) }
            writer.optional(self.tableClass) { $0.string($1) }
        }

        init(from reader: inout RecordReader) throws(RecordError) {
            self.maxRead = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
            self.tableClass = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        }
    }

    /// By region; empty where the table is of no group.
    package var others: [Member] = []
    package var own = Overrides()
    /// This table is a replica that does not have all items yet: nobody but its group sees it.
    package var isFilling = false
    /// When a replica was last made from this table, which cannot be deleted for a day then.
    package var lastSource: Timestamp?

    package init() {}

    package var isEmpty: Bool { self.others.isEmpty }

    /// A member is being made: until it is, the group does not change.
    package var isChanging: Bool { self.isFilling || self.others.contains { $0.status == .creating } }

    func encode(into writer: inout RecordWriter) {
        writer.array(self.others) { writer, member in
            writer.string(member.region)
            writer.byte(member.status.rawValue)
            member.overrides.encode(into: &writer)
        }
        self.own.encode(into: &writer)
        writer.bool(self.isFilling)
        writer.optional(self.lastSource) { $0.timestamp($1) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.others = try reader.readArray { (reader) throws(RecordError) in
            let region = try reader.readString()
            let status = try reader.readCode(Member.Status.self)
            return Member(region: region, status: status, overrides: try Overrides(from: &reader))
        }
        self.own = try Overrides(from: &reader)
        self.isFilling = try reader.readBool()
        self.lastSource = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
    }
}
