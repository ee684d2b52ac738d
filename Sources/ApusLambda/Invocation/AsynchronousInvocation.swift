package import ApusService

/// Takes events that are delivered later. Implemented by `AsyncInvocations`.
package protocol AsynchronousInvocation: Sendable {
    /// Writes the event down in the call's transaction; once that is durable it is delivered, whatever happens.
    ///
    /// - Parameter target: a version or an alias as it was named: an alias leads to its version at each delivery.
    func enqueue(_ event: IncomingEvent, for target: FunctionTarget, in call: inout Call) throws(ServiceError)
}
