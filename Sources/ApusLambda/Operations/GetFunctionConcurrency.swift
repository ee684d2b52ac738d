package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
package enum GetFunctionConcurrency: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionConcurrencyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunctionConcurrency", input.functionName))
    }

    package static func perform(
        _ input: GetFunctionConcurrencyInput, in call: inout Call
    ) throws(ServiceError) -> GetFunctionConcurrencyOutput {
        let record = try call.wholeFunction(input.functionName).record
        return GetFunctionConcurrencyOutput(reservedConcurrentExecutions: record.shared.reservedConcurrency)
    }
}
