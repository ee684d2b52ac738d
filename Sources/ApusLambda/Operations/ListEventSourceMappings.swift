package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
///
/// Of a function the mappings that name it as the request does: an alias's are found by its name.
package enum ListEventSourceMappings: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListEventSourceMappingsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:ListEventSourceMappings", on: "*", account: call.account))
    }

    package static func perform(
        _ input: ListEventSourceMappingsInput, in call: inout Call
    ) throws(ServiceError) -> ListEventSourceMappingsOutput {
        let limit = min(input.maxItems ?? LambdaLimits.pageMappings, LambdaLimits.pageMappings)
        let function = try input.functionName.map { (text) throws(ServiceError) in try call.functionKey(text) }
        var range = MappingKey.all(account: call.account, region: call.region)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(MappingKey(account: call.account, region: call.region, id: last))
        }
        var found: [(key: MappingKey, record: MappingRecord)] = []
        try call.scan(range) { key, record in
            if let function, function.key.arn(qualifier: function.name.qualifier) != record.functionARN(of: key) {
                return .next
            }
            if let queue = input.eventSourceArn, record.sourceARN != queue { return .next }
            found.append((key, record))
            return found.count > limit ? .stop : .next
        }
        let next = found.count > limit ? PageMarker.make(found[limit - 1].key.id) : nil
        return ListEventSourceMappingsOutput(
            nextMarker: next, eventSourceMappings: found.prefix(limit).map { $0.record.answer($0.key) })
    }
}
