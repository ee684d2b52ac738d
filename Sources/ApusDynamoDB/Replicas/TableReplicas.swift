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

        init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
            self.region = try reader.readString()
            self.status = try reader.readCode(Status.self)
            self.overrides = try Overrides(from: &reader, version: version)
            self.made = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        }
    }

    /// What a member has for itself, whatever the others have.
    package struct Overrides: Equatable, Sendable {
        /// Of the reads of a table, or of one of its global indexes.
        package struct Reads: Equatable, Sendable {
            /// ProvisionedThroughputOverride: ReadCapacityUnits.
            package var units: Int?
            /// OnDemandThroughputOverride: MaxReadRequestUnits; -1 where the member has no maximum, whatever the others have.
            package var maximum: Int?

            package init(units: Int? = nil, maximum: Int? = nil) {
                self.units = units
                self.maximum = maximum
            }

            package var isEmpty: Bool { self.units == nil && self.maximum == nil }
        }

        package var reads = Reads()
        package var tableClass: String?
        /// By the index's name; none of them is empty.
        package var indexes: [String: Reads] = [:]

        package init(reads: Reads = Reads(), tableClass: String? = nil, indexes: [String: Reads] = [:]) {
            self.reads = reads
            self.tableClass = tableClass
            self.indexes = indexes
        }

        package var isEmpty: Bool { self.reads.isEmpty && self.tableClass == nil && self.indexes.isEmpty }

        /// Of the index of this name, or of the table.
        package subscript(index: String?) -> Reads {
            get { index.map { self.indexes[$0] ?? Reads() } ?? self.reads }
            set {
                guard let index else {
                    self.reads = newValue
                    return
                }
                self.indexes[index] = newValue.isEmpty ? nil : newValue
            }
        }

        func encode(into writer: inout RecordWriter) {
            writer.optional(self.reads.maximum) { $0.int($1) }
            writer.optional(self.tableClass) { $0.string($1) }
            writer.optional(self.reads.units) { $0.int($1) }
            writer.array(self.indexes.sorted { $0.key < $1.key }) { writer, index in
                writer.string(index.key)
                writer.optional(index.value.maximum) { $0.int($1) }
                writer.optional(index.value.units) { $0.int($1) }
            }
        }

        init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
            self.reads.maximum = try Self.readUnits(from: &reader)
            self.tableClass = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
            guard version >= 7 else { return }
            self.reads.units = try Self.readUnits(from: &reader)
            let indexes = try reader.readArray { (reader) throws(RecordError) in
                let name = try reader.readString()
                let maximum = try Self.readUnits(from: &reader)
                return (name, Reads(units: try Self.readUnits(from: &reader), maximum: maximum))
            }
            self.indexes = Dictionary(indexes) { $1 }
        }

        private static func readUnits(from reader: inout RecordReader) throws(RecordError) -> Int? {
            try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
        }
    }

    /// How a group's reads and writes see each other at AWS; here they always see everything.
    package enum Consistency: UInt8, Sendable {
        case eventual = 1
        /// The group has three regions from its first moment to its last, and rules of its own (`StrongConsistency`).
        case strong = 2

        package var name: String {
            switch self {
            case .eventual: "EVENTUAL"
            case .strong: "STRONG"
            }
        }
    }

    /// In the order in which they were made; empty where the table is of no group.
    package var others: [Member] = []
    package var own = Overrides()
    /// This table is a replica that does not have all items yet: nobody but its group sees it.
    package var isFilling = false
    /// The same for all members.
    package var consistency = Consistency.eventual
    /// The third region of a group with strong consistency that has two members: there is no table, and nothing is kept there.
    package var witness: String?

    package init() {}

    package var isEmpty: Bool { self.others.isEmpty }

    /// A witness comes and goes with the members.
    package var witnessStatus: Member.Status {
        let statuses = self.others.map(\.status)
        return statuses.contains(.deleting) ? .deleting : statuses.contains(.creating) ? .creating : .active
    }

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
        self.change(region) { $0.overrides = overrides }
    }

    package mutating func set(_ status: Member.Status, of region: String) {
        self.change(region) { $0.status = status }
    }

    private mutating func change(_ region: String, _ body: (inout Member) -> Void) {
        for place in self.others.indices where self.others[place].region == region { body(&self.others[place]) }
    }

    /// A member is being made: until it is, the group does not change.
    package var isChanging: Bool { self.isFilling || self.others.contains { $0.status == .creating } }

    func encode(into writer: inout RecordWriter) {
        writer.array(self.others) { $1.encode(into: &$0) }
        self.own.encode(into: &writer)
        writer.bool(self.isFilling)
        writer.byte(self.consistency.rawValue)
        writer.optional(self.witness) { $0.string($1) }
    }

    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.others = try reader.readArray { (reader) throws(RecordError) in
            try Member(from: &reader, version: version)
        }
        self.own = try Overrides(from: &reader, version: version)
        self.isFilling = try reader.readBool()
        guard version >= 7 else { return }
        self.consistency = try reader.readCode(Consistency.self)
        self.witness = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
