internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html
package enum UpdateFunctionUrlConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: UpdateFunctionUrlConfigInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand(
            "lambda:UpdateFunctionUrlConfig", input.functionName, qualifier: input.qualifier, authType: input.authType)
    }

    package static func perform(
        _ input: UpdateFunctionUrlConfigInput, in call: inout Call
    ) throws(ServiceError) -> UpdateFunctionUrlConfigOutput {
        var (target, url) = try call.functionURL(input.functionName, qualifier: input.qualifier)
        if let authType = input.authType { url.authType = authType }
        if let cors = input.cors { url.cors = CORSSettings(cors) }
        if let mode = input.invokeMode { url.invokeMode = mode }
        url.modified = call.now
        try call.put(url, function: target.function, qualifier: target.alias)
        let config = url.config(target, endpoint: call.context.endpoint)
        return UpdateFunctionUrlConfigOutput(
            functionUrl: config.functionUrl, functionArn: config.functionArn, authType: config.authType,
            creationTime: config.creationTime, lastModifiedTime: config.lastModifiedTime, cors: config.cors,
            invokeMode: config.invokeMode)
    }
}
