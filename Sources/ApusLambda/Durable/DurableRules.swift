internal import ApusBase
internal import ApusService

/// The numbers of durable executions.
///
/// Not verified against AWS: the bytes of a payload and of all, and the number of operations.
enum DurableLimits {
    /// The default of `RetentionPeriodInDays`.
    static let retentionDays = 14
    /// Seconds that an execution may have whose end a caller waits for.
    static let synchronousSeconds = 900
    /// Bytes of an operation's payload.
    static let payloadBytes = 262_144
    /// Bytes of what an execution begins with, and of its result. AWS: 6 MB for synchronous invocations.
    static let inputBytes = 1_048_576
    /// Operations of an execution.
    static let operations: UInt64 = 3_000
    /// Bytes of all operations of an execution.
    static let bytes = 100 << 20
    /// Bytes of operations that the function gets with its invocation; the rest it asks for. Our own.
    static let initialStateBytes = 3 << 20
    /// Bytes of a page of operations, a checkpoint's answer included. Our own.
    static let pageBytes = 4 << 20
    /// Items of a page, and at most.
    static let pageItems = 100
    static let mostPageItems = 1_000
}

extension DurableSettings {
    init?(_ config: DurableConfig?, before: DurableSettings?) throws(ServiceError) {
        guard let config else { return nil }
        guard let timeout = config.executionTimeout ?? before?.timeoutSeconds else {
            throw LambdaError.invalidParameterValue("DurableConfig needs an ExecutionTimeout.")
        }
        self.init(
            timeoutSeconds: timeout,
            retentionDays: config.retentionPeriodInDays ?? before?.retentionDays ?? DurableLimits.retentionDays)
    }
}

/// What a timer of a durable execution is for.
struct DurableTimer {
    enum Kind: UInt64 { case timeout = 1, operation = 2, expiry = 3 }
    var kind: Kind
    var execution: UInt64
    var operation: UInt64 = 0

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.uint(self.kind.rawValue)
        writer.uint(self.execution)
        writer.uint(self.operation)
        return writer.bytes
    }

    init(_ kind: Kind, _ execution: UInt64, operation: UInt64 = 0) {
        self.kind = kind
        self.execution = execution
        self.operation = operation
    }

    init?(_ bytes: [UInt8]) {
        var reader = RecordReader(bytes)
        guard let raw = try? reader.readUInt(), let kind = Kind(rawValue: raw),
            let execution = try? reader.readUInt(), let operation = try? reader.readUInt()
        else { return nil }
        self.init(kind, execution, operation: operation)
    }
}

/// Numbers in Base64: checkpoint tokens and ids of callbacks.
enum DurableTicket {
    static func make(_ numbers: [UInt64]) -> String {
        Base64.encode(numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } })
    }

    static func read(_ text: String, count: Int) -> [UInt64]? {
        guard let bytes = Base64.decode(text), bytes.count == count * 8 else { return nil }
        return (0..<count).map { index in
            bytes[index * 8..<index * 8 + 8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
    }
}

extension DurableRecord {
    var ticket: String { DurableTicket.make([self.id, self.token, self.secret]) }

    /// The operation that stands for the execution itself, the first of every state.
    func operation(input: String?) -> OperationShape {
        OperationShape(
            id: self.uuid, type: "EXECUTION", startTimestamp: self.started, status: "STARTED",
            executionDetails: ExecutionDetails(inputPayload: input))
    }

    /// What a caller gets who waited for the end.
    func outcome(result: String?) -> InvocationOutcome {
        let payload: [UInt8]
        if self.status == "SUCCEEDED" {
            payload = Array((result ?? "null").utf8)
        } else {
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("errorMessage")
            writer.string(self.error?.message ?? "")
            writer.key("errorType")
            writer.string(self.error?.type ?? "")
            if let data = self.error?.data {
                writer.key("errorData")
                writer.string(data)
            }
            if let stack = self.error?.stack {
                writer.key("stackTrace")
                writer.beginArray()
                for line in stack { writer.string(line) }
                writer.endArray()
            }
            writer.endObject()
            payload = writer.bytes
        }
        return InvocationOutcome(
            payload: payload.isEmpty ? Array("null".utf8) : payload,
            functionError: self.status == "SUCCEEDED" ? nil : .unhandled, logTail: [],
            durationMilliseconds: Double((self.ended ?? self.started) - self.started), initDurationMilliseconds: nil)
    }
}

extension DurableOperationRecord {
    /// The operation as the SDK reads it.
    func answer(_ execution: UInt64, _ number: UInt64) -> OperationShape {
        var shape = OperationShape(
            id: self.id, type: self.type, startTimestamp: self.started, status: self.status, parentId: self.parentID,
            name: self.name, subType: self.subType, endTimestamp: self.ended)
        let error = self.error?.answer
        switch self.type {
        case "CONTEXT":
            shape.contextDetails = ContextDetails(
                replayChildren: self.replaysChildren ? true : nil, result: self.result, error: error)
        case "STEP":
            shape.stepDetails = StepDetails(
                attempt: self.attempt, nextAttemptTimestamp: self.status == "PENDING" ? self.next : nil,
                result: self.result, error: error)
        case "WAIT": shape.waitDetails = WaitDetails(scheduledEndTimestamp: self.next)
        case "CALLBACK":
            shape.callbackDetails = CallbackDetails(
                callbackId: DurableTicket.make([execution, number, self.secret]), result: self.result, error: error)
        case "CHAINED_INVOKE": shape.chainedInvokeDetails = ChainedInvokeDetails(result: self.result, error: error)
        default: break
        }
        return shape
    }

    /// About its bytes in an answer.
    var size: Int { 300 + (self.result?.utf8.count ?? 0) + (self.error?.size ?? 0) }
}

/// What an invocation of a durable function is given.
enum DurableInvocationInput {
    static func make(_ record: DurableRecord, _ operations: [OperationShape], next: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("DurableExecutionArn")
        writer.string(record.arn)
        writer.key("CheckpointToken")
        writer.string(record.ticket)
        writer.key("InitialExecutionState")
        writer.beginObject()
        writer.key("Operations")
        writer.beginArray()
        for operation in operations { self.write(operation, to: &writer) }
        writer.endArray()
        if let next { self.string("NextMarker", next, to: &writer) }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func string(_ key: StaticString, _ text: String?, to writer: inout JSONWriter) {
        guard let text else { return }
        writer.key(key)
        writer.string(text)
    }

    private static func time(_ key: StaticString, _ time: Timestamp?, to writer: inout JSONWriter) {
        guard let time else { return }
        writer.key(key)
        writer.int(time.milliseconds)
    }

    private static func write(_ operation: OperationShape, to writer: inout JSONWriter) {
        writer.beginObject()
        self.string("Id", operation.id, to: &writer)
        self.string("ParentId", operation.parentId, to: &writer)
        self.string("Name", operation.name, to: &writer)
        self.string("Type", operation.type, to: &writer)
        self.string("SubType", operation.subType, to: &writer)
        self.time("StartTimestamp", operation.startTimestamp, to: &writer)
        self.time("EndTimestamp", operation.endTimestamp, to: &writer)
        self.string("Status", operation.status, to: &writer)
        self.writeDetails(operation, to: &writer)
        writer.endObject()
    }

    private static func writeDetails(_ operation: OperationShape, to writer: inout JSONWriter) {
        if let details = operation.executionDetails {
            writer.key("ExecutionDetails")
            writer.beginObject()
            self.string("InputPayload", details.inputPayload, to: &writer)
            writer.endObject()
        }
        if let details = operation.contextDetails {
            writer.key("ContextDetails")
            writer.beginObject()
            if let replays = details.replayChildren {
                writer.key("ReplayChildren")
                writer.bool(replays)
            }
            self.end(details.result, details.error, &writer)
        }
        if let details = operation.stepDetails {
            writer.key("StepDetails")
            writer.beginObject()
            writer.key("Attempt")
            writer.int(details.attempt ?? 0)
            self.time("NextAttemptTimestamp", details.nextAttemptTimestamp, to: &writer)
            self.end(details.result, details.error, &writer)
        }
        if let details = operation.waitDetails {
            writer.key("WaitDetails")
            writer.beginObject()
            self.time("ScheduledEndTimestamp", details.scheduledEndTimestamp, to: &writer)
            writer.endObject()
        }
        if let details = operation.callbackDetails {
            writer.key("CallbackDetails")
            writer.beginObject()
            self.string("CallbackId", details.callbackId, to: &writer)
            self.end(details.result, details.error, &writer)
        }
        if let details = operation.chainedInvokeDetails {
            writer.key("ChainedInvokeDetails")
            writer.beginObject()
            self.end(details.result, details.error, &writer)
        }
    }

    private static func end(_ result: String?, _ error: ErrorObject?, _ writer: inout JSONWriter) {
        self.string("Result", result, to: &writer)
        if let error {
            writer.key("Error")
            writer.beginObject()
            self.string("ErrorMessage", error.errorMessage, to: &writer)
            self.string("ErrorType", error.errorType, to: &writer)
            self.string("ErrorData", error.errorData, to: &writer)
            if let stack = error.stackTrace {
                writer.key("StackTrace")
                writer.beginArray()
                for line in stack { writer.string(line) }
                writer.endArray()
            }
            writer.endObject()
        }
        writer.endObject()
    }
}

/// What a durable function answers.
enum DurableAnswer: Equatable, Sendable {
    case pending
    case succeeded(String?)
    case failed(DurableError)
    /// Not what the SDK answers.
    case invalid(String)

    init(_ payload: [UInt8]) {
        guard let value = try? JSONValue(parsing: payload), case .object = value else {
            self = .invalid("The function did not answer an object.")
            return
        }
        switch value["Status"]?.stringValue {
        case "PENDING": self = .pending
        case "SUCCEEDED": self = .succeeded(value["Result"]?.stringValue)
        case "FAILED":
            var error = DurableError(
                type: value["Error"]?["ErrorType"]?.stringValue ?? "Error",
                message: value["Error"]?["ErrorMessage"]?.stringValue ?? "")
            error.data = value["Error"]?["ErrorData"]?.stringValue
            error.stack = value["Error"]?["StackTrace"]?.arrayValue?.compactMap(\.stringValue)
            self = .failed(error)
        default: self = .invalid("The function's answer has no valid Status.")
        }
    }
}
