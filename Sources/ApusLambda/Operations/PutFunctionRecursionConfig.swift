package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html
package enum PutFunctionRecursionConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutFunctionRecursionConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:PutFunctionRecursionConfig", input.functionName))
    }

    package static func perform(
        _ input: PutFunctionRecursionConfigInput, in call: inout Call
    ) throws(ServiceError) -> PutFunctionRecursionConfigOutput {
        var (key, record) = try call.wholeFunction(input.functionName)
        record.shared.allowsRecursion = input.recursiveLoop == "Allow"
        try call.put(key, record)
        return PutFunctionRecursionConfigOutput(recursiveLoop: input.recursiveLoop)
    }
}
