package import ApusBase
internal import ApusStore

/// An operation of a durable execution, as it is now. Version 2 of the format added `tenant`.
package struct DurableOperationRecord: StoreValue, Equatable {
    package static let version: UInt8 = 2
    package var id: String
    package var parentID: String?
    package var name: String?
    package var type: String
    package var subType: String?
    package var status = "STARTED"
    package var started: Timestamp
    package var ended: Timestamp?
    /// Of a step, from 1.
    package var attempt = 0
    /// The end of a wait, the next attempt of a step, the time-out of a callback, the next try of an invocation.
    package var next: Timestamp?
    /// When a callback is given up without a sign of life, and how long after each.
    package var heartbeat: Timestamp?
    package var heartbeatSeconds = 0
    /// Of a wait.
    package var seconds = 0
    package var result: String?
    package var error: DurableError?
    package var replaysChildren = false
    /// What nobody can guess of a callback's id.
    package var secret: UInt64 = 0
    /// The execution's count of changes when this last changed.
    package var change: UInt64 = 0
    /// Of an invocation: whom, with what, and for which of its tenants.
    package var target: String?
    package var input: String?
    package var tenant: String?
    package var failures = 0

    init(_ update: OperationUpdate, started: Timestamp) {
        self.id = update.id
        self.parentID = update.parentId
        self.name = update.name
        self.type = update.type
        self.subType = update.subType
        self.started = started
    }

    /// Whether nothing will change it any more.
    package var isOver: Bool { !["STARTED", "PENDING", "READY"].contains(self.status) }

    /// Whether something from outside will change it.
    package var isAwaited: Bool {
        switch self.type {
        case "STEP": self.status == "PENDING"
        case "WAIT", "CALLBACK", "CHAINED_INVOKE": self.status == "STARTED"
        default: false
        }
    }

    /// Whether a step may be tried again.
    package var isReady: Bool { self.status == "READY" }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.id)
        writer.optional(self.parentID) { $0.string($1) }
        writer.optional(self.name) { $0.string($1) }
        writer.string(self.type)
        writer.optional(self.subType) { $0.string($1) }
        writer.string(self.status)
        writer.timestamp(self.started)
        writer.optional(self.ended) { $0.timestamp($1) }
        writer.int(self.attempt)
        writer.optional(self.next) { $0.timestamp($1) }
        writer.optional(self.heartbeat) { $0.timestamp($1) }
        writer.int(self.heartbeatSeconds)
        writer.int(self.seconds)
        writer.optional(self.result) { $0.string($1) }
        writer.optional(self.error) { $1.encode(into: &$0) }
        writer.bool(self.replaysChildren)
        writer.uint(self.secret)
        writer.uint(self.change)
        writer.optional(self.target) { $0.string($1) }
        writer.optional(self.input) { $0.string($1) }
        writer.int(self.failures)
        writer.optional(self.tenant) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readString()
        self.parentID = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.name = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.type = try reader.readString()
        self.subType = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.status = try reader.readString()
        self.started = try reader.readTimestamp()
        self.ended = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.attempt = Int(try reader.readInt())
        self.next = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.heartbeat = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.heartbeatSeconds = Int(try reader.readInt())
        self.seconds = Int(try reader.readInt())
        self.result = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.error = try reader.readOptional { (reader) throws(RecordError) in try DurableError(from: &reader) }
        self.replaysChildren = try reader.readBool()
        self.secret = try reader.readUInt()
        self.change = try reader.readUInt()
        self.target = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.input = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.failures = Int(try reader.readInt())
        guard version >= 2 else { return }
        self.tenant = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// One thing that happened in a durable execution. Version 2 of the format added `tenant`.
package struct DurableEventRecord: StoreValue, Equatable {
    package static let version: UInt8 = 2
    package var type: String
    package var time: Timestamp
    /// The operation it happened to; nil: to the execution.
    package var id: String?
    package var name: String?
    package var parentID: String?
    package var subType: String?
    package var result: String?
    package var error: DurableError?
    /// Whether a payload was too long to be kept here too.
    package var isTruncated = false
    /// The duration of a wait, the time-outs of a callback or of the execution, the delay of a step's next attempt.
    package var seconds = 0
    package var heartbeatSeconds = 0
    package var attempt = 0
    /// The end of a wait; the beginning of an invocation.
    package var at: Timestamp?
    /// A callback's id, the function that is invoked, a request's id.
    package var text: String?
    package var version: String?
    package var execution: String?
    /// Of an invocation that began.
    package var tenant: String?

    init(_ type: String, at time: Timestamp, of operation: DurableOperationRecord? = nil) {
        self.type = type
        self.time = time
        self.id = operation?.id
        self.name = operation?.name
        self.parentID = operation?.parentID
        self.subType = operation?.subType
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.type)
        writer.timestamp(self.time)
        for text in [self.id, self.name, self.parentID, self.subType, self.result] {
            writer.optional(text) { $0.string($1) }
        }
        writer.optional(self.error) { $1.encode(into: &$0) }
        writer.bool(self.isTruncated)
        writer.int(self.seconds)
        writer.int(self.heartbeatSeconds)
        writer.int(self.attempt)
        writer.optional(self.at) { $0.timestamp($1) }
        for text in [self.text, self.version, self.execution, self.tenant] { writer.optional(text) { $0.string($1) } }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.type = try reader.readString()
        self.time = try reader.readTimestamp()
        self.id = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.name = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.parentID = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.subType = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.result = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.error = try reader.readOptional { (reader) throws(RecordError) in try DurableError(from: &reader) }
        self.isTruncated = try reader.readBool()
        self.seconds = Int(try reader.readInt())
        self.heartbeatSeconds = Int(try reader.readInt())
        self.attempt = Int(try reader.readInt())
        self.at = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.text = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.version = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.execution = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        guard version >= 2 else { return }
        self.tenant = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
