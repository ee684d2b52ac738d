internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
///
/// The package's address is one of our own endpoint, signed for ten minutes (`PackageEndpoint`).
package enum GetFunction: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetFunctionInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunction", input.functionName))
    }

    package static func perform(_ input: GetFunctionInput, in call: inout Call) throws(ServiceError) -> GetFunctionOutput {
        let (key, record) = try call.function(input.functionName, qualifier: input.qualifier)
        return GetFunctionOutput(
            configuration: try call.configuration(key, record),
            code: FunctionCodeLocation(repositoryType: "S3", location: PackageEndpoint.location(of: record, in: call)),
            tags: record.tags.isEmpty ? nil : record.tags)
    }
}

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
package enum GetFunctionConfiguration: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:GetFunctionConfiguration", input.functionName))
    }

    package static func perform(
        _ input: GetFunctionConfigurationInput, in call: inout Call
    ) throws(ServiceError) -> FunctionConfiguration {
        let (key, record) = try call.function(input.functionName, qualifier: input.qualifier)
        return try call.configuration(key, record)
    }
}
