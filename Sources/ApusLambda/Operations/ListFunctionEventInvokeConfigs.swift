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
        let (key, record) = try call.wholeFunction(input.functionName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = EventInvokeKey.all(function: record.id)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(EventInvokeKey(function: record.id, qualifier: last))
        }
        let found = try call.page(range, limit: limit + 1)
        let next = found.count > limit ? PageMarker.make(found[limit - 1].key.qualifier) : nil
        let configs = found.prefix(limit).map { entry in
            EventInvokeTarget(function: key, record: record, qualifier: entry.key.qualifier).answer(entry.value)
        }
        return ListFunctionEventInvokeConfigsOutput(functionEventInvokeConfigs: configs, nextMarker: next)
    }
}
