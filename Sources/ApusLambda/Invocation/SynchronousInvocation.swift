package import ApusService

/// Runs functions for those who have asked permission already. `FunctionInvocations`; a script in tests.
package protocol SynchronousInvocation: Sendable {
    func run(
        _ function: (key: FunctionKey, record: FunctionRecord), payload: [UInt8], requestID: String,
        clientContext: String?, in session: Session
    ) async throws(ServiceError) -> InvocationOutcome

    /// The same for an answer that is taken in parts.
    func stream(
        _ target: FunctionTarget, payload: [UInt8], requestID: String, clientContext: String?, in session: Session
    ) async throws(ServiceError) -> ResponseStream
}

extension FunctionInvocations: SynchronousInvocation {}
