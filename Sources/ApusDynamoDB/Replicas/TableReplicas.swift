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
        /// When it was made of this table, which cannot be deleted for a day then; nil where it was made of another one.
        package var made: Timestamp?

        package init(
            region: String, status: Status, overrides: Overrides = Overrides(), made: Timestamp? = nil
        ) {
            self.region = region
            self.status = status
            self.overrides = overrides
            self.made = made
        }

        func encode(into writer: inout RecordWriter) {
            writer.string(self.region)
            writer.byte(self.status.rawValue)
            self.overrides.encode(into: &writer)
            writer.optional(self.made) { $0.timestamp($1) }
        }

        init(from reader: inout RecordReader) throws(RecordError) {
            self.region = try reader.readString()
            self.status = try reader.readCode(Status.self)
            self.overrides = try Overrides(from: &reader)
            self.made = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
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

    /// In the order in which they were made; empty where the table is of no group.
    package var others: [Member] = []
    package var own = Overrides()
    /// This table is a replica that does not have all items yet: nobody but its group sees it.
    package var isFilling = false

    package init() {}

    package var isEmpty: Bool { self.others.isEmpty }

    /// A replica was made of this table within a day.
    package func isSource(_ now: Timestamp) -> Bool {
        self.others.contains { member in member.made.map { now - $0 < Timestamp.dayMilliseconds } ?? false }
    }

    /// Adds a member, or puts it in the place of what is known of it, by region.
    package mutating func add(_ member: Member) {
        guard let place = self.others.firstIndex(where: { $0.region == member.region }) else {
            self.others.append(member)
            return
        }
        self.others[place] = member
    }

    package mutating func set(_ overrides: Overrides, of region: String) {
        for place in self.others.indices where self.others[place].region == region {
            self.others[place].overrides = overrides
        }
    }

    /// A member is being made: until it is, the group does not change.
    package var isChanging: Bool { self.isFilling || self.others.contains { $0.status == .creating } }

    func encode(into writer: inout RecordWriter) {
        writer.array(self.others) { $1.encode(into: &$0) }
        self.own.encode(into: &writer)
        writer.bool(self.isFilling)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.others = try reader.readArray { (reader) throws(RecordError) in try Member(from: &reader) }
        self.own = try Overrides(from: &reader)
        self.isFilling = try reader.readBool()
    }
}
