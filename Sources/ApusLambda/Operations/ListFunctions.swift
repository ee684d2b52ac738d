internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
package enum ListFunctions: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: ListFunctionsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:ListFunctions", on: "*", account: call.account))
    }

    package static func perform(_ input: ListFunctionsInput, in call: inout Call) throws(ServiceError) -> ListFunctionsOutput {
        let limit = min(input.maxItems ?? LambdaLimits.pageFunctions, LambdaLimits.pageFunctions)
        var range = FunctionKey.all(account: call.account, region: call.region)
        if let marker = input.marker {
            guard let bytes = Base64.decode(marker) else { throw LambdaError.invalidParameterValue("Invalid Marker") }
            let last = String(decoding: bytes, as: UTF8.self)
            range = range.after(FunctionKey(account: call.account, region: call.region, name: last))
        }
        let page = try call.page(range, limit: limit + 1)
        var functions: [FunctionConfiguration] = []
        for (key, record) in page.prefix(limit) { functions.append(try call.configuration(key, record)) }
        let next = page.count > limit ? Base64.encode(Array(page[limit - 1].key.name.utf8)) : nil
        return ListFunctionsOutput(nextMarker: next, functions: functions)
    }
}
