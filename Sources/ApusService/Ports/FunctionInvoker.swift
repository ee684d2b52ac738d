/// Where events for functions can be left: Lambda, for services that call functions. Each function here runs in the caller's
/// transaction and demands `lambda:InvokeFunction` of the call's principal, by the function's resource policy.
package protocol FunctionInvoker: Sendable {
    /// Whether an event could be left now.
    ///
    /// Errors: AccessDeniedException; ResourceNotFoundException for a function or qualifier that is not there;
    /// InvalidParameterValueException for a text that names no function, or one that isolates its tenants.
    func check(_ functionARN: String, in call: inout Call) throws(ServiceError)

    /// Writes the event down in the call's transaction; once that is durable the function gets it at least once, with the
    /// retries and the dead-letter queue of asynchronous invocation.
    ///
    /// - Parameters:
    ///   - event: JSON.
    ///   - tenant: whose it is; a function that does not isolate its tenants is not told.
    ///
    /// Errors: those of `check`, and InvalidParameterValueException for a function that isolates its tenants and an event that is
    /// nobody's; RequestTooLargeException beyond what an asynchronous invocation takes.
    func invoke(
        _ functionARN: String, with event: [UInt8], tenant: String?, in call: inout Call) throws(ServiceError)
}

extension FunctionInvoker {
    /// An event that is no tenant's.
    package func invoke(_ functionARN: String, with event: [UInt8], in call: inout Call) throws(ServiceError) {
        try self.invoke(functionARN, with: event, tenant: nil, in: &call)
    }
}
