package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html
package enum GetLayerVersion: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetLayerVersionInput, in call: inout Call) throws(ServiceError) -> Demands {
        let key = try call.layerVersionKey(input.layerName, input.versionNumber)
        return Demands(try call.layerDemand("lambda:GetLayerVersion", key))
    }

    package static func perform(
        _ input: GetLayerVersionInput, in call: inout Call
    ) throws(ServiceError) -> GetLayerVersionResponse {
        try self.answer(try call.layerVersionKey(input.layerName, input.versionNumber), in: &call)
    }

    static func answer(_ key: LayerVersionKey, in call: inout Call) throws(ServiceError) -> GetLayerVersionResponse {
        guard let version = try call.get(key) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return version.answer(key, location: PackageEndpoint.location(of: version.code, in: call))
    }
}

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html
package enum GetLayerVersionByArn: Operation {
    package static let access = OperationAccess.read

    private static func key(_ input: GetLayerVersionByArnInput, in call: borrowing Call) throws(ServiceError)
        -> LayerVersionKey
    {
        guard let name = LayerName(input.arn, account: call.account, region: call.region), let number = name.number
        else {
            throw LambdaError.invalidParameterValue("Invalid Layer version ARN: \(input.arn)")
        }
        return LayerVersionKey(layer: name.key, number: number)
    }

    package static func demands(_ input: GetLayerVersionByArnInput, in call: inout Call) throws(ServiceError) -> Demands
    {
        let key = try self.key(input, in: call)
        return Demands(try call.layerDemand("lambda:GetLayerVersion", key))
    }

    package static func perform(
        _ input: GetLayerVersionByArnInput, in call: inout Call
    ) throws(ServiceError) -> GetLayerVersionResponse {
        try GetLayerVersion.answer(try self.key(input, in: call), in: &call)
    }
}
