package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
///
/// The function's own first, then those of its aliases by their names.
package enum ListFunctionUrlConfigs: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListFunctionUrlConfigsInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        try call.urlDemand("lambda:ListFunctionUrlConfigs", input.functionName, authType: nil)
    }

    package static func perform(
        _ input: ListFunctionUrlConfigsInput, in call: inout Call
    ) throws(ServiceError) -> ListFunctionUrlConfigsOutput {
        let (key, record) = try call.wholeFunction(input.functionName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        // No alias is called so.
        let marker = try PageMarker.read(input.marker)
        var found: [(alias: String?, url: FunctionURLRecord)] = []
        if marker == nil, let url = try call.url(function: record.id, qualifier: nil) { found.append((nil, url)) }
        var range = AliasURLKey.all(function: record.id)
        if let marker, marker != "$LATEST" {
            range = range.after(AliasURLKey(function: record.id, qualifier: marker))
        }
        found += try call.page(range, limit: limit + 1).map { ($0.key.qualifier, $0.value) }
        let next = found.count > limit ? PageMarker.make(found[limit - 1].alias ?? "$LATEST") : nil
        let endpoint = call.context.endpoint
        let configs = found.prefix(limit).map { alias, url in
            url.config(URLTarget(key: key, function: record.id, alias: alias), endpoint: endpoint)
        }
        return ListFunctionUrlConfigsOutput(functionUrlConfigs: configs, nextMarker: next)
    }
}
