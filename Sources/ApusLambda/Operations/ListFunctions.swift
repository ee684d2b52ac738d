internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
///
/// Functions by their names; with `FunctionVersion: ALL` each with its versions, `$LATEST` first.
package enum ListFunctions: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListFunctionsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:ListFunctions", on: "*", account: call.account))
    }

    package static func perform(_ input: ListFunctionsInput, in call: inout Call) throws(ServiceError)
        -> ListFunctionsOutput
    {
        let limit = min(input.maxItems ?? LambdaLimits.pageFunctions, LambdaLimits.pageFunctions)
        if let master = input.masterRegion, master != "ALL" {
            // No function is a replica of one in another region.
            _ = try PageMarker.read(input.marker)
            return ListFunctionsOutput(functions: [])
        }
        let found =
            input.functionVersion == "ALL"
            ? try self.versions(after: input.marker, limit: limit + 1, in: &call)
            : try self.functions(after: input.marker, limit: limit + 1, in: &call)
        var functions: [FunctionConfiguration] = []
        for (key, record) in found.prefix(limit) {
            let qualifier = input.functionVersion == "ALL" ? record.versionName : nil
            functions.append(try call.listedConfiguration(key, record, qualifier: qualifier))
        }
        var next: String?
        if found.count > limit {
            let last = found[limit - 1]
            next = PageMarker.make(
                input.functionVersion == "ALL" ? "\(last.key.name):\(last.record.number ?? 0)" : last.key.name)
        }
        return ListFunctionsOutput(nextMarker: next, functions: functions)
    }

    private typealias Found = [(key: FunctionKey, record: FunctionRecord)]

    private static func functions(
        after marker: String?, limit: Int, in call: inout Call
    ) throws(ServiceError) -> Found {
        var range = FunctionKey.all(account: call.account, region: call.region)
        if let last = try PageMarker.read(marker) {
            range = range.after(FunctionKey(account: call.account, region: call.region, name: last))
        }
        return try call.page(range, limit: limit).map { ($0.key, $0.value) }
    }

    /// `marker`: the function that was listed last and the number of its version, 0 for `$LATEST`.
    private static func versions(
        after marker: String?, limit: Int, in call: inout Call
    ) throws(ServiceError) -> Found {
        var found: Found = []
        var range = FunctionKey.all(account: call.account, region: call.region)
        if let text = try PageMarker.read(marker) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let number = UInt64(parts[1]) else {
                throw LambdaError.invalidParameterValue("Invalid Marker")
            }
            let key = FunctionKey(account: call.account, region: call.region, name: parts[0])
            if let latest = try call.get(key) {
                let rest = VersionKey.all(function: latest.id).after(VersionKey(function: latest.id, number: number))
                found += try call.page(rest, limit: limit).map { (key, $0.value) }
            }
            range = range.after(key)
        }
        // Each function has `$LATEST` at least, so that no more are read than fit.
        guard found.count < limit else { return found }
        for (key, latest) in try call.page(range, limit: limit - found.count) where found.count < limit {
            found.append((key, latest))
            guard found.count < limit, latest.shared.lastVersion > 0 else { continue }
            let versions = try call.page(VersionKey.all(function: latest.id), limit: limit - found.count)
            found += versions.map { (key, $0.value) }
        }
        return found
    }
}
