internal import ApusBase
package import ApusService

/// The port on which other services leave events for functions: asynchronous invocations in the caller's transaction.
package struct FunctionEvents: FunctionInvoker {
    private let asynchronous: any AsynchronousInvocation

    package init(_ asynchronous: any AsynchronousInvocation) { self.asynchronous = asynchronous }

    package func check(_ functionARN: String, in call: inout Call) throws(ServiceError) {
        try self.find(functionARN, in: &call).checkTenant(nil)
    }

    package func invoke(
        _ functionARN: String, with event: [UInt8], tenant: String?, in call: inout Call
    ) throws(ServiceError) {
        let target = try self.find(functionARN, in: &call)
        let tenant = target.record.configuration.isolatesTenants ? tenant : nil
        try target.checkTenant(tenant)
        try Invoke.checkSize(event, limit: LambdaLimits.asynchronousPayloadBytes)
        // An id of its own: one request may leave several events.
        try self.asynchronous.enqueue(
            IncomingEvent(
                payload: event, requestID: call.entropy.uuid(), trace: call.context.trace, tenant: tenant),
            for: target, in: &call)
    }

    private func find(_ functionARN: String, in call: inout Call) throws(ServiceError) -> FunctionTarget {
        try call.require(try call.functionDemand("lambda:InvokeFunction", functionARN))
        return try call.target(functionARN)
    }
}
