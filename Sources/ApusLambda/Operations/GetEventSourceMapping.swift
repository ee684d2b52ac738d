package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html
package enum GetEventSourceMapping: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetEventSourceMappingInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        Demands(try call.mappingDemand("lambda:GetEventSourceMapping", id: input.uuid))
    }

    package static func perform(
        _ input: GetEventSourceMappingInput, in call: inout Call
    ) throws(ServiceError) -> EventSourceMappingConfiguration {
        let key = MappingKey(account: call.account, region: call.region, id: input.uuid)
        return try call.mapping(key).answer(key)
    }
}
