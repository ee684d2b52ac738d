package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html
package enum DeleteFunctionUrlConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteFunctionUrlConfigInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand(
            "lambda:DeleteFunctionUrlConfig", input.functionName, qualifier: input.qualifier, authType: nil)
    }

    package static func perform(_ input: DeleteFunctionUrlConfigInput, in call: inout Call) throws(ServiceError)
        -> NoShape
    {
        let (target, _) = try call.functionURL(input.functionName, qualifier: input.qualifier)
        try call.deleteURL(function: target.function, qualifier: target.alias)
        return NoShape()
    }
}
