internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
package enum ListFunctionEventInvokeConfigs: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListFunctionEventInvokeConfigsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:ListFunctionEventInvokeConfigs", input.functionName))
    }

    package static func perform(
        _ input: ListFunctionEventInvokeConfigsInput, in call: inout Call
    ) throws(ServiceError) -> ListFunctionEventInvokeConfigsOutput {
        let (key, record) = try call.function(input.functionName)
        let limit = input.maxItems ?? LambdaLimits.pageEventInvokeConfigs
        var range = EventInvokeKey.all(record.id)
        if let marker = input.marker {
            guard let bytes = Base64.decode(marker), let last = String(utf8: bytes) else {
                throw LambdaError.invalidParameterValue("Invalid Marker")
            }
            range = range.after(EventInvokeKey(function: record.id, qualifier: last))
        }
        let found = try call.page(range, limit: limit + 1)
        let next = found.count > limit ? Base64.encode(Array(found[limit - 1].key.qualifier.utf8)) : nil
        let configs = found.prefix(limit).map { entry in
            EventInvokeTarget(function: key, record: record, qualifier: entry.key.qualifier).answer(entry.value)
        }
        return ListFunctionEventInvokeConfigsOutput(functionEventInvokeConfigs: configs, nextMarker: next)
    }
}
