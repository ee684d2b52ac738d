package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html
package enum GetFunctionUrlConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetFunctionUrlConfigInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        try call.urlDemand("lambda:GetFunctionUrlConfig", input.functionName, qualifier: input.qualifier, authType: nil)
    }

    package static func perform(
        _ input: GetFunctionUrlConfigInput, in call: inout Call
    ) throws(ServiceError) -> GetFunctionUrlConfigOutput {
        let (target, url) = try call.functionURL(input.functionName, qualifier: input.qualifier)
        let config = url.config(target, endpoint: call.context.endpoint)
        return GetFunctionUrlConfigOutput(
            functionUrl: config.functionUrl, functionArn: config.functionArn, authType: config.authType,
            creationTime: config.creationTime, lastModifiedTime: config.lastModifiedTime, cors: config.cors,
            invokeMode: config.invokeMode)
    }
}
