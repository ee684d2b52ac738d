import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization

@testable import ApusLambda

/// One invocation of a durable function, as its SDK sees it.
struct DurableInvocation: Sendable {
    let session: Session
    let function: String
    let tenant: String?
    let input: JSONValue
    let number: Int
    var token: String

    init(_ target: FunctionTarget, _ event: IncomingEvent, _ number: Int, in session: Session) {
        self.session = session
        self.function = target.key.name
        self.tenant = event.tenant
        self.input = (try? JSONValue(parsing: event.payload)) ?? .null
        self.number = number
        self.token = self.input["CheckpointToken"]?.stringValue ?? ""
    }

    var arn: String { self.input["DurableExecutionArn"]?.stringValue ?? "" }
    var operations: [JSONValue] { self.input["InitialExecutionState"]?["Operations"]?.arrayValue ?? [] }
    var ids: [String] { self.operations.dropFirst().compactMap { $0["Id"]?.stringValue } }
    func status(_ id: String) -> String? {
        self.operations.first { $0["Id"]?.stringValue == id }?["Status"]?.stringValue
    }

    @discardableResult
    mutating func checkpoint(
        _ updates: [OperationUpdate], clientToken: String? = nil
    ) async throws(ServiceError) -> CheckpointDurableExecutionOutput {
        let input = CheckpointDurableExecutionInput(
            durableExecutionArn: self.arn, checkpointToken: self.token, updates: updates, clientToken: clientToken)
        let output = try await self.session.refreshed.write { (call) throws(ServiceError) in
            try CheckpointDurableExecution.perform(input, in: &call)
        }
        if let token = output.checkpointToken { self.token = token }
        return output
    }

    static let pending = #"{"Status":"PENDING"}"#
    static func succeeded(_ result: String) -> String {
        #"{"Status":"SUCCEEDED","Result":\#(JSONValue.string(result).text)}"#
    }
}

/// Runs durable functions as a test says, and remembers how often.
final class DurableScript: SynchronousInvocation {
    typealias Body = @Sendable (inout DurableInvocation) async throws(ServiceError) -> String
    private let body: Body
    private let seen = Mutex<[(invocation: DurableInvocation, at: Timestamp)]>([])

    init(_ body: @escaping Body) { self.body = body }

    var invocations: [DurableInvocation] { self.seen.withLock { $0.map(\.invocation) } }
    var times: [Timestamp] { self.seen.withLock { $0.map(\.at) } }

    func run(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        var invocation = self.seen.withLock { seen in
            let invocation = DurableInvocation(target, event, seen.count + 1, in: session)
            seen.append((invocation, session.host.clock.now))
            return invocation
        }
        let answer = try await self.body(&invocation)
        let isError = answer.hasPrefix("error ")
        return InvocationOutcome(
            payload: Array((isError ? String(answer.dropFirst(6)) : answer).utf8),
            functionError: isError ? .unhandled : nil, logTail: [], durationMilliseconds: 1,
            initDurationMilliseconds: nil)
    }

    func stream(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> ResponseStream {
        throw CommonError.notImplemented("not in these tests")
    }
}

/// A bench with a durable function `f`.
struct DurableBench {
    let bench: TestBench
    let script: DurableScript
    let executions = DurableExecutions()

    init(
        _ bench: TestBench = TestBench.lambda(), timeoutSeconds: Int = 600, isNew: Bool = true,
        _ body: @escaping DurableScript.Body
    ) throws {
        self.bench = bench
        self.script = DurableScript(body)
        if isNew { try bench.makeDurable(timeoutSeconds: timeoutSeconds) }
        self.executions.start(host: bench.host, invoker: self.script)
    }

    /// Begins an execution and answers its ARN.
    func begin(
        _ payload: String = "{}", of name: String = "f", named: String? = nil, isAsynchronous: Bool = false,
        tenant: String? = nil
    ) throws -> String {
        try self.bench.transact { (call) throws(ServiceError) in
            let event = IncomingEvent(payload: Array(payload.utf8), requestID: "request", tenant: tenant)
            return try DurableExecutions.begin(
                try call.target(name, qualifier: "$LATEST"), event, name: named, isAsynchronous: isAsynchronous,
                in: &call
            ).arn
        }
    }

    func found(_ arn: String) throws -> GetDurableExecutionOutput {
        try self.bench.run(GetDurableExecution.self, GetDurableExecutionInput(durableExecutionArn: arn))
    }

    func history(_ arn: String) throws -> [Event] {
        try self.bench.run(
            GetDurableExecutionHistory.self, GetDurableExecutionHistoryInput(durableExecutionArn: arn)
        ).events
    }

    func kinds(_ arn: String) throws -> [String] { try self.history(arn).compactMap(\.eventType) }

    func callbackID(_ arn: String) throws -> String? {
        try self.history(arn).compactMap(\.callbackStartedDetails?.callbackId).first
    }

    /// How many keys there are of all executions.
    func left() throws -> Int {
        try self.bench.transact { (call) throws(ServiceError) in
            var count = try call.count(DurableExecutionKey.range(), limit: 1000)
            count += try call.count(DurablePayloadKey.range(), limit: 1000)
            count += try call.count(DurableOperationKey.range(), limit: 1000)
            count += try call.count(DurableOperationIDKey.range(), limit: 1000)
            count += try call.count(DurableEventKey.range(), limit: 1000)
            count += try call.count(DurableNameKey.range(), limit: 1000)
            count += try call.count(DurableOfFunctionKey.range(), limit: 1000)
            count += try call.count(DurableDueKey.range(), limit: 1000)
            return count + (try call.count(DurableChangeKey.range(), limit: 1000))
        }
    }
}

extension TestBench {
    func makeDurable(
        _ name: String = "f", id: UInt64 = 7, timeoutSeconds: Int = 600, isolatesTenants: Bool = false
    ) throws(ServiceError) {
        let (key, made) = try self.makeFunction(name, id: id, isolatesTenants: isolatesTenants)
        var record = made
        record.configuration.durable = DurableSettings(timeoutSeconds: timeoutSeconds, retentionDays: 1)
        let durable = record
        try self.transact { (call) throws(ServiceError) in try call.put(key, durable) }
    }
}

extension OperationUpdate {
    static func step(_ id: String, _ result: String, parent: String? = nil) -> OperationUpdate {
        OperationUpdate(id: id, type: "STEP", action: "SUCCEED", parentId: parent, payload: result)
    }
    static func retry(_ id: String, after seconds: Int) -> OperationUpdate {
        OperationUpdate(
            id: id, type: "STEP", action: "RETRY", error: ErrorObject(errorMessage: "no luck", errorType: "X"),
            stepOptions: StepOptions(nextAttemptDelaySeconds: seconds))
    }
    static func wait(_ id: String, _ seconds: Int) -> OperationUpdate {
        OperationUpdate(id: id, type: "WAIT", action: "START", waitOptions: WaitOptions(waitSeconds: seconds))
    }
    static func callback(_ id: String, timeout: Int? = nil, heartbeat: Int? = nil) -> OperationUpdate {
        OperationUpdate(
            id: id, type: "CALLBACK", action: "START",
            callbackOptions: CallbackOptions(timeoutSeconds: timeout, heartbeatTimeoutSeconds: heartbeat))
    }
    static func invoke(
        _ id: String, _ function: String, _ payload: String, tenant: String? = nil
    ) -> OperationUpdate {
        OperationUpdate(
            id: id, type: "CHAINED_INVOKE", action: "START", payload: payload,
            chainedInvokeOptions: ChainedInvokeOptions(functionName: function, tenantId: tenant))
    }
    static func context(_ id: String, _ action: String, replays: Bool = false) -> OperationUpdate {
        OperationUpdate(
            id: id, type: "CONTEXT", action: action, payload: action == "START" ? nil : "whole",
            contextOptions: ContextOptions(replayChildren: replays))
    }
}
