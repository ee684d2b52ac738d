package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
package struct PutFunctionConcurrency: Procedure {
    private let invocations: FunctionInvocations

    package init(invocations: FunctionInvocations) { self.invocations = invocations }

    package func perform(_ input: PutFunctionConcurrencyInput, in session: Session) async throws(ServiceError)
        -> Concurrency
    {
        let invocations = self.invocations
        return try await session.write { (call) throws(ServiceError) in
            try call.require(try call.functionDemand("lambda:PutFunctionConcurrency", input.functionName))
            let (key, found) = try call.wholeFunction(input.functionName)
            var record = found
            let wanted = input.reservedConcurrentExecutions
            let old = record.shared.reservedConcurrency
            let provisioned = try call.provisioned(of: record.id)
            guard wanted >= provisioned || provisioned == 0 else {
                throw LambdaError.invalidParameterValue(
                    "ReservedConcurrentExecutions  \(wanted) should not be lower than function's total provisioned "
                        + "concurrency [\(provisioned)].")
            }
            try key.changeUsage(in: &call) { usage in
                usage.reservedConcurrency += wanted - (old ?? 0)
                // What was provisioned comes from what is reserved now.
                if old == nil { usage.provisionedConcurrency -= provisioned }
            }
            let usage = try call.usage(account: key.account, region: key.region)
            let taken = usage.reservedConcurrency + usage.provisionedConcurrency
            guard LambdaLimits.accountConcurrency - taken >= LambdaLimits.unreservedConcurrency else {
                throw LambdaError.invalidParameterValue(
                    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                        + "below its minimum value of [\(LambdaLimits.unreservedConcurrency)].")
            }
            record.shared.reservedConcurrency = wanted
            try call.put(key, record)
            call.afterCommit { invocations.forgetReserved(account: key.account, region: key.region) }
            return Concurrency(reservedConcurrentExecutions: wanted)
        }
    }
}
