internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
package enum CreateFunctionUrlConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateFunctionUrlConfigInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand("lambda:CreateFunctionUrlConfig", input.functionName, authType: input.authType)
    }

    package static func perform(
        _ input: CreateFunctionUrlConfigInput, in call: inout Call
    ) throws(ServiceError) -> CreateFunctionUrlConfigOutput {
        let (key, record) = try call.function(input.functionName, qualifier: input.qualifier)
        guard try !call.contains(FunctionURLKey(function: record.id)) else {
            throw LambdaError.resourceConflict(
                "Failed to create function url config for [functionArn = \(key.arn)]. Error message:  FunctionUrlConfig "
                    + "exists for this Lambda function")
        }
        let id = call.entropy.identifier(alphabet: "abcdefghijklmnopqrstuvwxyz0123456789", count: 32)
        let url = FunctionURLRecord(
            id: id, authType: input.authType, cors: input.cors.map { CORSSettings($0) }, created: call.now,
            modified: call.now, invokeMode: input.invokeMode ?? "BUFFERED")
        try call.put(FunctionURLKey(function: record.id), url)
        try call.put(FunctionURLByIDKey(id: id), FunctionURLOwner(key: key, function: record.id))
        let config = url.config(key, endpoint: call.context.endpoint)
        return CreateFunctionUrlConfigOutput(
            functionUrl: config.functionUrl, functionArn: config.functionArn, authType: config.authType,
            creationTime: config.creationTime, cors: config.cors, invokeMode: config.invokeMode)
    }
}
