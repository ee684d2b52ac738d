internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
package enum CreateFunctionUrlConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateFunctionUrlConfigInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand(
            "lambda:CreateFunctionUrlConfig", input.functionName, qualifier: input.qualifier, authType: input.authType)
    }

    package static func perform(
        _ input: CreateFunctionUrlConfigInput, in call: inout Call
    ) throws(ServiceError) -> CreateFunctionUrlConfigOutput {
        let target = try call.urlTarget(input.functionName, qualifier: input.qualifier)
        try TenantIsolation.refuse(
            .urls, of: try call.target(input.functionName, qualifier: target.alias).record.configuration)
        guard try call.url(function: target.function, qualifier: target.alias) == nil else {
            throw LambdaError.resourceConflict(
                "Failed to create function url config for [functionArn = \(target.arn)]. Error message:  FunctionUrlConfig "
                    + "exists for this Lambda function")
        }
        let id = call.entropy.identifier(alphabet: "abcdefghijklmnopqrstuvwxyz0123456789", count: 32)
        let url = FunctionURLRecord(
            id: id, authType: input.authType, cors: input.cors.map { CORSSettings($0) }, created: call.now,
            modified: call.now, invokeMode: input.invokeMode ?? "BUFFERED")
        try call.put(url, function: target.function, qualifier: target.alias)
        try call.put(
            FunctionURLByIDKey(id: id),
            FunctionURLOwner(key: target.key, function: target.function, qualifier: target.alias))
        let config = url.config(target, endpoint: call.context.endpoint)
        return CreateFunctionUrlConfigOutput(
            functionUrl: config.functionUrl, functionArn: config.functionArn, authType: config.authType,
            creationTime: config.creationTime, cors: config.cors, invokeMode: config.invokeMode)
    }
}
