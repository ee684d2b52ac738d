package import ApusService

/// Runs functions for those who have asked permission already. `FunctionInvocations`; a script in tests.
package protocol SynchronousInvocation: Sendable {
    /// Runs a version with an event and answers what came of it.
    func run(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome

    /// The same for a version as it is: of a durable function one invocation of many.
    func runOnce(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome

    /// The same for an answer that is taken in parts.
    func stream(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> ResponseStream
}

extension SynchronousInvocation {
    package func runOnce(
        _ target: FunctionTarget, _ event: IncomingEvent, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome {
        try await self.run(target, event, in: session)
    }
}

extension FunctionInvocations: SynchronousInvocation {}
