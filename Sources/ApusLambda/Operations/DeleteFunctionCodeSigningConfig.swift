package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionCodeSigningConfig.html
package enum DeleteFunctionCodeSigningConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:DeleteFunctionCodeSigningConfig", input.functionName))
    }

    package static func perform(
        _ input: DeleteFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var (key, record) = try call.wholeFunction(input.functionName)
        try call.dropCodeSigning(of: &record, key)
        try call.put(key, record)
        return NoShape()
    }
}
