package import ApusService

/// Takes events that are delivered later. Implemented by `AsyncInvocations`.
package protocol AsynchronousInvocation: Sendable {
    /// Writes the event down in the call's transaction; once that is durable it is delivered, whatever happens.
    ///
    /// - Parameter requestID: of the invocation and of each of its retries.
    func enqueue(
        _ payload: [UInt8], for function: (key: FunctionKey, record: FunctionRecord), requestID: String,
        clientContext: String?, in call: inout Call
    ) throws(ServiceError)
}
