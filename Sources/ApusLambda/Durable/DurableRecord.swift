package import ApusBase
internal import ApusStore

/// A durable execution, but for its payloads, operations and history.
///
/// Version 2 of the format added `open`, version 3 `tenant`.
package struct DurableRecord: StoreValue, Equatable {
    package static let version: UInt8 = 3
    package var function: FunctionKey
    package var functionID: UInt64
    /// As it was invoked.
    package var qualifier: String?
    /// The version that runs, whatever becomes of an alias.
    package var version: String
    package var name: String
    package var uuid: String
    package var status = "RUNNING"
    package var error: DurableError?
    package var started: Timestamp
    package var ended: Timestamp?
    package var timeoutSeconds: Int
    package var retentionDays: Int
    package var requestID: String
    package var trace: String?
    package var isAsynchronous: Bool
    /// The operation of another execution that invoked this one.
    package var parent: DurableParent?
    /// When the function is to run, or since when it is running; nil: something else has to happen first.
    package var due: Timestamp?
    /// Invocations that failed, one after the other.
    package var failures = 0
    /// The number of the checkpoint token that is good, with what nobody can guess.
    package var token: UInt64 = 0
    package var secret: UInt64 = 0
    /// What the last checkpoint came with and touched, so that it can be answered again.
    package var lastClientToken: String?
    package var lastTouched: [UInt64] = []
    /// Counts what happened to operations; `seen` is how much of it the running function knows.
    package var change: UInt64 = 0
    package var seen: UInt64 = 0
    package var operations: UInt64 = 0
    package var events: UInt64 = 0
    /// Of all payloads of operations.
    package var bytes = 0
    /// The operations that it waits for; nil: nobody has counted them, in a record of version 1.
    package var open: DurableOpenOperations? = DurableOpenOperations()
    /// Whose it is, where the function isolates tenants: of all its invocations.
    package var tenant: String?

    init(
        function: FunctionKey, functionID: UInt64, qualifier: String?, version: String, name: String, uuid: String,
        started: Timestamp, timeoutSeconds: Int, retentionDays: Int, requestID: String, trace: String?,
        isAsynchronous: Bool, parent: DurableParent?
    ) {
        self.function = function
        self.functionID = functionID
        self.qualifier = qualifier
        self.version = version
        self.name = name
        self.uuid = uuid
        self.started = started
        self.timeoutSeconds = timeoutSeconds
        self.retentionDays = retentionDays
        self.requestID = requestID
        self.trace = trace
        self.isAsynchronous = isAsynchronous
        self.parent = parent
    }

    package var isRunning: Bool { self.status == "RUNNING" }

    /// The execution's own id, which its UUID begins with.
    package static func id(_ uuid: String) -> UInt64? {
        UInt64(String(uuid.filter { $0 != "-" }.prefix(16)), radix: 16)
    }

    package var id: UInt64 { Self.id(self.uuid) ?? 0 }
    package var functionARN: String { self.function.arn(qualifier: self.version) }
    package var arn: String { "\(self.functionARN)/durable-execution/\(self.name)/\(self.uuid)" }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.function.account)
        writer.string(self.function.region)
        writer.string(self.function.name)
        writer.uint(self.functionID)
        writer.optional(self.qualifier) { $0.string($1) }
        writer.string(self.version)
        writer.string(self.name)
        writer.string(self.uuid)
        writer.string(self.status)
        writer.optional(self.error) { $1.encode(into: &$0) }
        writer.timestamp(self.started)
        writer.optional(self.ended) { $0.timestamp($1) }
        writer.int(self.timeoutSeconds)
        writer.int(self.retentionDays)
        writer.string(self.requestID)
        writer.optional(self.trace) { $0.string($1) }
        writer.bool(self.isAsynchronous)
        writer.optional(self.parent) { writer, parent in
            writer.uint(parent.execution)
            writer.uint(parent.operation)
        }
        writer.optional(self.due) { $0.timestamp($1) }
        writer.int(self.failures)
        writer.uint(self.token)
        writer.uint(self.secret)
        writer.optional(self.lastClientToken) { $0.string($1) }
        writer.array(self.lastTouched) { $0.uint($1) }
        writer.uint(self.change)
        writer.uint(self.seen)
        writer.uint(self.operations)
        writer.uint(self.events)
        writer.int(self.bytes)
        writer.optional(self.open) { writer, open in
            writer.int(open.awaited)
            writer.int(open.ready)
        }
        writer.optional(self.tenant) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.function = FunctionKey(
            account: try reader.readString(), region: try reader.readString(), name: try reader.readString())
        self.functionID = try reader.readUInt()
        self.qualifier = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.version = try reader.readString()
        self.name = try reader.readString()
        self.uuid = try reader.readString()
        self.status = try reader.readString()
        self.error = try reader.readOptional { (reader) throws(RecordError) in try DurableError(from: &reader) }
        self.started = try reader.readTimestamp()
        self.ended = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.timeoutSeconds = Int(try reader.readInt())
        self.retentionDays = Int(try reader.readInt())
        self.requestID = try reader.readString()
        self.trace = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.isAsynchronous = try reader.readBool()
        self.parent = try reader.readOptional { (reader) throws(RecordError) in
            DurableParent(execution: try reader.readUInt(), operation: try reader.readUInt())
        }
        self.due = try reader.readOptional { (reader) throws(RecordError) in try reader.readTimestamp() }
        self.failures = Int(try reader.readInt())
        self.token = try reader.readUInt()
        self.secret = try reader.readUInt()
        self.lastClientToken = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.lastTouched = try reader.readArray { (reader) throws(RecordError) in try reader.readUInt() }
        self.change = try reader.readUInt()
        self.seen = try reader.readUInt()
        self.operations = try reader.readUInt()
        self.events = try reader.readUInt()
        self.bytes = Int(try reader.readInt())
        self.open = nil
        guard version >= 2 else { return }
        self.open = try reader.readOptional { (reader) throws(RecordError) in
            DurableOpenOperations(awaited: Int(try reader.readInt()), ready: Int(try reader.readInt()))
        }
        guard version >= 3 else { return }
        self.tenant = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}

/// How many operations of an execution something from outside will change, and how many steps may be tried again.
package struct DurableOpenOperations: Equatable, Sendable {
    package var awaited = 0
    package var ready = 0

    /// Counts an operation, or what has become of it.
    mutating func count(_ operation: DurableOperationRecord, before: DurableOperationRecord? = nil) {
        self.awaited += (operation.isAwaited ? 1 : 0) - (before?.isAwaited == true ? 1 : 0)
        self.ready += (operation.isReady ? 1 : 0) - (before?.isReady == true ? 1 : 0)
    }
}

/// The operation of an execution.
package struct DurableParent: Equatable, Sendable {
    package var execution: UInt64
    package var operation: UInt64
}

/// An error as functions report it.
package struct DurableError: Equatable, Sendable {
    package var message: String?
    package var type: String?
    package var data: String?
    package var stack: [String]?

    init(type: String, message: String) {
        self.type = type
        self.message = message
    }

    init(_ error: ErrorObject) {
        self.message = error.errorMessage
        self.type = error.errorType
        self.data = error.errorData
        self.stack = error.stackTrace
    }

    var answer: ErrorObject {
        ErrorObject(
            errorMessage: self.message, errorType: self.type, errorData: self.data, stackTrace: self.stack)
    }

    var size: Int {
        [self.message, self.type, self.data].compactMap { $0?.utf8.count }.reduce(0, +)
            + (self.stack ?? []).reduce(0) { $0 + $1.utf8.count }
    }

    func encode(into writer: inout RecordWriter) {
        writer.optional(self.message) { $0.string($1) }
        writer.optional(self.type) { $0.string($1) }
        writer.optional(self.data) { $0.string($1) }
        writer.optional(self.stack) { $0.strings($1) }
    }

    init(from reader: inout RecordReader) throws(RecordError) {
        self.message = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.type = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.data = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.stack = try reader.readOptional { (reader) throws(RecordError) in try reader.readStrings() }
    }
}
