package import ApusBase

/// Units of capacity, of reads and of writes.
package struct Throughput: Equatable, Sendable {
    package var read: Int
    package var write: Int

    package init(read: Int, write: Int) {
        self.read = read
        self.write = write
    }

    func encode(into writer: inout RecordWriter) {
        writer.int(self.read)
        writer.int(self.write)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.read = Int(try reader.readInt())
        self.write = Int(try reader.readInt())
    }
}

/// Units that a table or an index on demand is held to; nil where it is not.
package struct OnDemandLimits: Equatable, Sendable {
    package var read: Int?
    package var write: Int?

    package init(read: Int?, write: Int?) {
        self.read = read
        self.write = write
    }

    func encode(into writer: inout RecordWriter) {
        writer.optional(self.read) { $0.int($1) }
        writer.optional(self.write) { $0.int($1) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.read = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
        self.write = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
    }
}

/// The settings of a table that have no part in what its requests mean.
package struct TableSettings: Equatable, Sendable {
    package enum Billing: UInt8, Sendable { case provisioned = 1, payPerRequest = 2 }

    package var billing = Billing.provisioned
    /// Provisioned; nil on demand.
    package var throughput: Throughput?
    package var lastIncrease: Timestamp?
    package var lastDecrease: Timestamp?
    package var lastToPayPerRequest: Timestamp?
    package var onDemand: OnDemandLimits?
    package var warm: Throughput?
    /// TableClass; nil where none was ever given, which is STANDARD.
    package var tableClass: String?
    package var tableClassUpdated: Timestamp?
    package var deletionProtection = false

    package init() {}

    func encode(into writer: inout RecordWriter) {
        writer.byte(self.billing.rawValue)
        writer.optional(self.throughput) { $1.encode(into: &$0) }
        writer.optional(self.lastIncrease) { $0.timestamp($1) }
        writer.optional(self.lastDecrease) { $0.timestamp($1) }
        writer.optional(self.lastToPayPerRequest) { $0.timestamp($1) }
        writer.optional(self.onDemand) { $1.encode(into: &$0) }
        writer.optional(self.warm) { $1.encode(into: &$0) }
        writer.optional(self.tableClass) { $0.string($1) }
        writer.optional(self.tableClassUpdated) { $0.timestamp($1) }
        writer.bool(self.deletionProtection)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.billing = try reader.readCode(Billing.self)
        self.throughput = try reader.readOptional { (reader) throws(RecordError) in try Throughput(from: &reader) }
        self.lastIncrease = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.lastDecrease = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.lastToPayPerRequest = try reader.readOptional { (reader) throws(RecordError) in
            try reader.readTimestamp()
        }
        self.onDemand = try reader.readOptional { (reader) throws(RecordError) in try OnDemandLimits(from: &reader) }
        self.warm = try reader.readOptional { (reader) throws(RecordError) in try Throughput(from: &reader) }
        self.tableClass = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.tableClassUpdated = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.deletionProtection = try reader.readBool()
    }
}

/// The stream of a table.
package struct StreamSettings: Equatable, Sendable {
    package enum View: UInt8, Sendable, CaseIterable {
        case keysOnly = 1
        case newImage = 2
        case oldImage = 3
        case newAndOldImages = 4

        package var name: String {
            switch self {
            case .keysOnly: "KEYS_ONLY"
            case .newImage: "NEW_IMAGE"
            case .oldImage: "OLD_IMAGE"
            case .newAndOldImages: "NEW_AND_OLD_IMAGES"
            }
        }
    }

    package var view: View
    /// LatestStreamLabel: the time at which it was enabled. A stream that was disabled keeps its label.
    package var label: String
    package var isEnabled: Bool

    package init(view: View, label: String, isEnabled: Bool) {
        self.view = view
        self.label = label
        self.isEnabled = isEnabled
    }

    func encode(into writer: inout RecordWriter) {
        writer.byte(self.view.rawValue)
        writer.string(self.label)
        writer.bool(self.isEnabled)
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.view = try reader.readCode(View.self)
        self.label = try reader.readString()
        self.isEnabled = try reader.readBool()
    }
}
