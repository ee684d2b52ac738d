package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html
package enum GetFunctionRecursionConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionRecursionConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunctionRecursionConfig", input.functionName))
    }

    package static func perform(
        _ input: GetFunctionRecursionConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetFunctionRecursionConfigOutput {
        let record = try call.wholeFunction(input.functionName).record
        return GetFunctionRecursionConfigOutput(recursiveLoop: record.shared.allowsRecursion ? "Allow" : "Terminate")
    }
}
