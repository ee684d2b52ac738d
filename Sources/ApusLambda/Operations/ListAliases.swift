package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html
package enum ListAliases: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListAliasesInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(try call.functionDemand("lambda:ListAliases", input.functionName))
    }

    package static func perform(_ input: ListAliasesInput, in call: inout Call) throws(ServiceError)
        -> ListAliasesOutput
    {
        let (key, latest) = try call.wholeFunction(input.functionName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = AliasKey.all(function: latest.id)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(AliasKey(function: latest.id, name: last))
        }
        var found: [(name: String, alias: AliasRecord)] = []
        try call.scan(range) { key, alias in
            if let version = input.functionVersion, !alias.names(version) { return .next }
            found.append((key.name, alias))
            return found.count > limit ? .stop : .next
        }
        return ListAliasesOutput(
            nextMarker: found.count > limit ? PageMarker.make(found[limit - 1].name) : nil,
            aliases: found.prefix(limit).map { $0.alias.answer(key, name: $0.name) })
    }
}
