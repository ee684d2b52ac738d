package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
///
/// The function, its policy, its URL and its package go in one transaction; environments end what they run.
package struct DeleteFunction: Procedure {
    private let packages: PackageStore
    private let invocations: FunctionInvocations
    private let events: AsyncInvocations

    package init(packages: PackageStore, invocations: FunctionInvocations, events: AsyncInvocations) {
        self.packages = packages
        self.invocations = invocations
        self.events = events
    }

    package func perform(_ input: DeleteFunctionInput, in session: Session) async throws(ServiceError)
        -> DeleteFunctionOutput
    {
        let record = try await session.write { (call) throws(ServiceError) in
            try call.require(try call.functionDemand("lambda:DeleteFunction", input.functionName))
            let (key, record) = try call.function(input.functionName, qualifier: input.qualifier)
            if input.qualifier != nil {
                throw LambdaError.invalidParameterValue(
                    "$LATEST version cannot be deleted without deleting the function.")
            }
            try call.delete(key)
            try call.delete(FunctionPolicyKey(function: record.id))
            try call.deleteURL(ofFunction: record.id)
            try call.clear(EventInvokeKey.all(record.id))
            if let blob = BlobID(bytes: record.code.blob) { try call.release(blob) }
            return record
        }
        self.invocations.retire(record)
        self.events.forget(record.id, on: session.host)
        if let blob = BlobID(bytes: record.code.blob) { self.packages.forget(blob) }
        return DeleteFunctionOutput(statusCode: 204)
    }
}
