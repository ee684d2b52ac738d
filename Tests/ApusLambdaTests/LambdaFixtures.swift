import ApusBase
import ApusLambda
import ApusService
import ApusStore
import ApusTestSupport
import Synchronization

/// Knows every role of the account, which anybody may take on.
struct EveryRole: IdentityDirectory {
    func credential(
        accessKeyID: String, sessionToken: String?, in call: inout Call
    ) throws(ServiceError) -> KnownCredential? { nil }
    func role(arn: String, in call: inout Call) throws(ServiceError) -> KnownRole? {
        KnownRole(
            account: TestBench.account, name: String(arn.split(separator: "/").last ?? ""), path: "/", id: "AROATEST",
            maximumSessionSeconds: 3600)
    }
    func mayAssume(_ role: KnownRole, service: ServiceIdentity, in call: inout Call) throws(ServiceError) -> Bool {
        true
    }
    func credentials(
        role: KnownRole, sessionName: String, durationSeconds: Int, host: ServiceHost
    ) -> EnvironmentCredentials {
        EnvironmentCredentials(accessKeyID: "", secretAccessKey: "", sessionToken: "", expires: host.clock.now)
    }
}

/// Runs functions as a test says, and remembers what they were given.
final class ScriptedInvoker: SynchronousInvocation {
    enum Answer: Sendable {
        case success(String)
        case functionError(String)
        case failure(ServiceError)
        /// Stays until the test lets go.
        case hang
    }
    struct Invocation: Sendable, Equatable {
        var function: String
        var payload: String
        var requestID: String
        var at: Timestamp
        var qualifier: String?
        var version = "$LATEST"
        var trace: String?
        var tenant: String?
    }
    private struct State {
        var invocations: [Invocation] = []
        var hanging: [CheckedContinuation<Void, Never>] = []
        var running = 0
        var mostRunning = 0
    }
    private let state = Mutex(State())
    private let script: @Sendable (Invocation, Int) -> Answer
    private let streamed: (contentType: String?, parts: [String], isWhole: Bool)?

    /// - Parameters:
    ///   - streamed: what callers who take the answer in parts get of it.
    ///   - script: what to do with an invocation, by its payload and its number, the first being 1.
    init(
        streamed: (contentType: String?, parts: [String], isWhole: Bool)? = nil,
        _ script: @escaping @Sendable (Invocation, Int) -> Answer = { _, _ in .success("null") }
    ) {
        self.streamed = streamed
        self.script = script
    }

    var invocations: [Invocation] { self.state.withLock { $0.invocations } }
    var mostRunning: Int { self.state.withLock { $0.mostRunning } }

    /// Ends the invocations that hang, with success.
    func letGo() {
        let hanging = self.state.withLock { state in
            defer { state.hanging = [] }
            return state.hanging
        }
        for continuation in hanging { continuation.resume() }
    }

    func run(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        let invocation = Invocation(
            function: target.key.name, payload: String(decoding: event.payload, as: UTF8.self),
            requestID: event.requestID, at: session.host.clock.now, qualifier: target.qualifier,
            version: target.record.versionName, trace: event.trace, tenant: event.tenant)
        let number = self.state.withLock { state in
            state.invocations.append(invocation)
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
            return state.invocations.count
        }
        defer { self.state.withLock { $0.running -= 1 } }
        switch self.script(invocation, number) {
        case .success(let payload): return Self.outcome(payload, nil)
        case .functionError(let payload): return Self.outcome(payload, .unhandled)
        case .failure(let error): throw error
        case .hang:
            await withCheckedContinuation { continuation in self.state.withLock { $0.hanging.append(continuation) } }
            return Self.outcome("null", nil)
        }
    }

    /// Answers at once and whole; what a script gives in `parts` comes before, as a stream.
    func stream(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> ResponseStream {
        let outcome = try await self.run(target, event, in: session)
        let stream = ResponseStream()
        if let (contentType, parts, isWhole) = self.streamed {
            stream.begin(contentType: contentType)
            for part in parts { _ = stream.write(Array(part.utf8)) {} }
            if isWhole { stream.end() }
        }
        stream.finish(.success(outcome))
        return stream
    }

    private static func outcome(_ payload: String, _ error: InvocationOutcome.FunctionError?) -> InvocationOutcome {
        InvocationOutcome(
            payload: Array(payload.utf8), functionError: error, logTail: [], durationMilliseconds: 1,
            initDurationMilliseconds: nil)
    }
}

extension TestBench {
    static func lambda(
        seed: UInt64 = 1, after crashed: TestBench? = nil, authorizer: any Authorizer = RecordingAuthorizer(),
        queues: StoredQueues = StoredQueues(), streams: any StreamSource = NoStreams()
    ) -> TestBench {
        crashed?.driver.crash()
        let configure = { (ports: inout Ports) in
            ports.authorizer = authorizer
            ports.identities = EveryRole()
            ports.messageSink = queues
            ports.messageSource = queues
            ports.streams = streams
        }
        guard let crashed else { return TestBench(seed: seed, ports: configure) }
        return TestBench(seed: seed, storage: crashed.storage, clock: crashed.clock, ports: configure)
    }

    /// Writes a function down without a package.
    @discardableResult
    func makeFunction(
        _ name: String = "f", id: UInt64 = 7, timeoutSeconds: Int = 3, deadLetterARN: String? = nil,
        isolatesTenants: Bool = false
    ) throws(ServiceError) -> (key: FunctionKey, record: FunctionRecord) {
        let key = FunctionKey(account: TestBench.account, region: TestBench.region, name: name)
        var made = FunctionRecord(
            id: id, change: 1, revisionID: "r", lastModified: self.clock.now,
            configuration: FunctionSettings(
                runtime: "python3.11", handler: "a.b", roleARN: "arn:aws:iam::123456789012:role/worker",
                timeoutSeconds: timeoutSeconds, deadLetterARN: deadLetterARN, logGroup: "/aws/lambda/\(name)"),
            code: FunctionCodeRecord(blob: Array(repeating: 1, count: 16), size: 1, sha256: []), tags: [:])
        made.configuration.isolatesTenants = isolatesTenants
        let record = made
        try self.transact { (call) throws(ServiceError) in try call.put(key, record) }
        return (key, record)
    }

    /// Publishes `$LATEST` as the next version, as if it had changed.
    func publish(_ name: String = "f") throws {
        _ = try self.run(PublishVersion.self, PublishVersionInput(functionName: name))
        try self.transact { (call) throws(ServiceError) in
            let (key, found) = try call.wholeFunction(name)
            var record = found
            record.change += 1
            try call.put(key, record)
        }
    }

    func makeAlias(_ alias: String, of name: String = "f", version: String) throws {
        _ = try self.run(
            CreateAlias.self, CreateAliasInput(functionName: name, name: alias, functionVersion: version))
    }

    func deleteFunction(_ name: String = "f") throws(ServiceError) {
        let key = FunctionKey(account: TestBench.account, region: TestBench.region, name: name)
        try self.transact { (call) throws(ServiceError) in try call.delete(key) }
    }

    /// Runs a procedure and returns its answer, or throws its error.
    func perform<Op: Procedure>(_ procedure: Op, _ input: Op.Input) throws(ServiceError) -> Op.Output {
        let answer = ApusTestSupport.Answer<Result<Op.Output, ServiceError>>()
        let session = Session(host: self.host, context: self.context())
        self.driver.spawn {
            do throws(ServiceError) {
                answer.set(.success(try await procedure.perform(input, in: session)))
            } catch {
                answer.set(.failure(error))
            }
        }
        self.driver.settle()
        return try answer.taken().get()
    }
}

func code(_ error: (any Error)?) -> String? { (error as? ServiceError)?.apiError?.code }
func message(_ error: (any Error)?) -> String? { (error as? ServiceError)?.apiError?.message }
