package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
///
/// `$LATEST` first, then the versions by their numbers.
package enum ListVersionsByFunction: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListVersionsByFunctionInput, in call: inout Call) throws(ServiceError)
        -> Demands
    {
        Demands(try call.functionDemand("lambda:ListVersionsByFunction", input.functionName))
    }

    package static func perform(
        _ input: ListVersionsByFunctionInput, in call: inout Call
    ) throws(ServiceError) -> ListVersionsByFunctionOutput {
        let (key, latest) = try call.wholeFunction(input.functionName)
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        let last = try PageMarker.readNumber(input.marker)
        var found: [FunctionRecord] = last == nil ? [latest] : []
        let range = VersionKey.all(function: latest.id).after(VersionKey(function: latest.id, number: last ?? 0))
        found += try call.page(range, limit: limit + 1 - found.count).map(\.value)
        var versions: [FunctionConfiguration] = []
        for record in found.prefix(limit) {
            versions.append(try call.listedConfiguration(key, record, qualifier: record.versionName))
        }
        let next = found.count > limit ? PageMarker.make(String(found[limit - 1].number ?? 0)) : nil
        return ListVersionsByFunctionOutput(nextMarker: next, versions: versions)
    }
}
