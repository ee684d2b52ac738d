internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
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
        var name: String?
        if let text = input.functionName { name = try call.functionKey(text).key.name }
        var range = MappingKey.all(account: call.account, region: call.region)
        if let marker = input.marker {
            guard let bytes = Base64.decode(marker) else { throw LambdaError.invalidParameterValue("Invalid Marker") }
            let last = String(decoding: bytes, as: UTF8.self)
            range = range.after(MappingKey(account: call.account, region: call.region, id: last))
        }
        var found: [(key: MappingKey, record: MappingRecord)] = []
        try call.scan(range) { key, record in
            if let name, record.functionName != name { return .next }
            if let queue = input.eventSourceArn, record.sourceARN != queue { return .next }
            found.append((key, record))
            return found.count > limit ? .stop : .next
        }
        let next = found.count > limit ? Base64.encode(Array(found[limit - 1].key.id.utf8)) : nil
        return ListEventSourceMappingsOutput(
            nextMarker: next, eventSourceMappings: found.prefix(limit).map { $0.record.answer($0.key) })
    }
}
