package import ApusService

/// Takes no event: answers 501 where events cannot be delivered later.
package struct NoAsynchronousInvocation: AsynchronousInvocation {
    package init() {}
    package func enqueue(
        _ payload: [UInt8], for function: (key: FunctionKey, record: FunctionRecord), clientContext: String?,
        in call: inout Call
    ) throws(ServiceError) {
        throw CommonError.notImplemented(service: "Lambda", operation: "Invoke with InvocationType Event")
    }
}
