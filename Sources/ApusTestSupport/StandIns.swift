internal import ApusBase
internal import ApusStore
package import ApusService
internal import Synchronization

extension Ports {
    /// Ports that allow what the account's own principals ask, and otherwise do nothing.
    package static func standIns() -> Ports {
        Ports(
            authorizer: RecordingAuthorizer(), identities: NoIdentities(), messageSink: NoMessages(),
            messageSource: NoMessages(), logSink: RecordingLogSink(), runner: NoRunner(),
            functions: RecordingInvoker())
    }
}

/// Allows everything but the actions named in `refused`, and remembers every demand.
package final class RecordingAuthorizer: Authorizer {
    private struct State {
        var refused: Set<String> = []
        var demands: [Demand] = []
    }
    private let state = Mutex(State())

    package init(refusing refused: Set<String> = []) { self.state.withLock { $0.refused = refused } }

    package func refusal(of demand: Demand, in call: inout Call) throws(ServiceError) -> String? {
        let principal = call.principal.arn
        return self.state.withLock { state in
            state.demands.append(demand)
            guard state.refused.contains(demand.action) else { return nil }
            return "User: \(principal) is not authorized to perform: \(demand.action)"
        }
    }

    /// The demands so far, oldest first.
    package var demands: [Demand] { self.state.withLock { $0.demands } }
    package func refuse(_ actions: Set<String>) { self.state.withLock { $0.refused = actions } }
}

/// Knows nobody.
package struct NoIdentities: IdentityDirectory {
    package init() {}
    package func credential(
        accessKeyID: String, sessionToken: String?, in call: inout Call
    ) throws(ServiceError) -> KnownCredential? { nil }
    package func role(arn: String, in call: inout Call) throws(ServiceError) -> KnownRole? { nil }
    package func mayAssume(
        _ role: KnownRole, service: ServiceIdentity, in call: inout Call
    ) throws(ServiceError) -> Bool { false }
    package func credentials(
        role: KnownRole, sessionName: String, durationSeconds: Int, host: ServiceHost
    ) -> EnvironmentCredentials {
        EnvironmentCredentials(
            accessKeyID: "ASIATEST", secretAccessKey: "secret", sessionToken: "token",
            expires: host.clock.now + Int64(durationSeconds) * 1000)
    }
}

/// Has no queues.
package struct NoMessages: MessageSink, MessageSource {
    package init() {}
    private var none: ServiceError { .store(.unavailable(reason: "no queues in this test")) }
    package func send(_ message: OutgoingMessage, to queueARN: String, in call: inout Call) throws(ServiceError) {
        throw self.none
    }
    package func describe(_ queueARN: String, in call: inout Call) throws(ServiceError) -> MessageSourceDescription {
        throw self.none
    }
    package func look(_ queueARN: String, in call: inout Call) throws(ServiceError) -> Sight { throw self.none }
    package func receive(
        _ queueARN: String, limit: Int, in call: inout Call
    ) throws(ServiceError) -> [IncomingMessage] { throw self.none }
    package func delete(_ queueARN: String, receipts: [String], in call: inout Call) throws(ServiceError) {
        throw self.none
    }
    package func changeVisibility(
        _ queueARN: String, receipts: [String], seconds: Int, in call: inout Call
    ) throws(ServiceError) { throw self.none }
}

/// Remembers what was logged.
package final class RecordingLogSink: LogSink {
    private let stored = Mutex<[FunctionLogEvent]>([])
    package init() {}
    package func write(_ events: [FunctionLogEvent], in call: inout Call) throws(ServiceError) {
        self.stored.withLock { $0 += events }
    }
    package var events: [FunctionLogEvent] { self.stored.withLock { $0 } }
}

/// Runs no function.
package struct NoRunner: FunctionRunner {
    package init() {}
    package func invoke(
        _ request: InvocationRequest, in spec: EnvironmentSpec,
        completion: @escaping @Sendable (Result<InvocationOutcome, RunnerError>) -> Void
    ) { completion(.failure(.runtimeUnavailable("no functions in this test"))) }
    package func missing(runtime: String) -> RuntimeRefusal? { nil }

    package func provision(_ spec: EnvironmentSpec, environments: Int) {}

    package func provisionedCount(revision: String) -> Int { 0 }

    package func provisionFailure(revision: String) -> String? { nil }
    package func unreachable(folder: String) -> String? { nil }
    package func retire(revision: String) {}
}

/// Takes events for any function, unless the call's principal may not invoke it, and remembers those whose transaction
/// was not undone.
package final class RecordingInvoker: FunctionInvoker {
    package struct Event: Sendable, Equatable {
        package var function: String
        package var event: [UInt8]
        package var principal: Principal
    }
    private let stored = Mutex<[Event]>([])

    package init() {}

    package func check(_ functionARN: String, in call: inout Call) throws(ServiceError) {
        try call.require(Demand("lambda:InvokeFunction", on: functionARN, account: call.account))
    }

    package func invoke(
        _ functionARN: String, with event: [UInt8], tenant: String?, in call: inout Call
    ) throws(ServiceError) {
        try self.check(functionARN, in: &call)
        let event = Event(function: functionARN, event: event, principal: call.principal)
        call.afterCommit { self.stored.withLock { $0.append(event) } }
    }

    /// The events so far, oldest first.
    package var events: [Event] { self.stored.withLock { $0 } }
}
