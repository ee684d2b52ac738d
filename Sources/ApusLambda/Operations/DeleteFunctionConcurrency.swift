package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html
package struct DeleteFunctionConcurrency: Procedure {
    private let invocations: FunctionInvocations

    package init(invocations: FunctionInvocations) { self.invocations = invocations }

    package func perform(_ input: DeleteFunctionConcurrencyInput, in session: Session) async throws(ServiceError)
        -> NoShape
    {
        let invocations = self.invocations
        return try await session.write { (call) throws(ServiceError) in
            try call.require(try call.functionDemand("lambda:DeleteFunctionConcurrency", input.functionName))
            let (key, found) = try call.wholeFunction(input.functionName)
            var record = found
            guard let old = record.shared.reservedConcurrency else { return NoShape() }
            let provisioned = try call.provisioned(of: record.id)
            try key.changeUsage(in: &call) { usage in
                usage.reservedConcurrency -= old
                usage.provisionedConcurrency += provisioned
            }
            record.shared.reservedConcurrency = nil
            try call.put(key, record)
            call.afterCommit { invocations.forgetReserved(account: key.account, region: key.region) }
            return NoShape()
        }
    }
}
