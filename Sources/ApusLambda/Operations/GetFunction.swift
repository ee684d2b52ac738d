internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
///
/// The package's address is one of our own endpoint, signed for ten minutes (`PackageEndpoint`).
package enum GetFunction: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetFunctionInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunction", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(_ input: GetFunctionInput, in call: inout Call) throws(ServiceError)
        -> GetFunctionOutput
    {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        let tags = try call.get(target.key)?.tags ?? [:]
        return GetFunctionOutput(
            configuration: try call.configuration(target.key, target.record, qualifier: target.qualifier),
            code: Self.location(of: target.record, in: call),
            tags: tags.isEmpty ? nil : tags,
            concurrency: target.shared.reservedConcurrency.map { Concurrency(reservedConcurrentExecutions: $0) })
    }
}

extension GetFunction {
    fileprivate static func location(of record: FunctionRecord, in call: borrowing Call) -> FunctionCodeLocation {
        guard let image = record.configuration.surroundings.image else {
            return FunctionCodeLocation(
                repositoryType: "S3", location: PackageEndpoint.location(of: record, in: call))
        }
        return FunctionCodeLocation(
            repositoryType: "ECR", imageUri: image.uri, resolvedImageUri: image.resolvedURI)
    }
}

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
package enum GetFunctionConfiguration: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:GetFunctionConfiguration", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: GetFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        let target = try call.target(input.functionName, qualifier: input.qualifier)
        return try call.configuration(target.key, target.record, qualifier: target.qualifier)
    }
}
