package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListCodeSigningConfigs.html
package enum ListCodeSigningConfigs: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListCodeSigningConfigsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:ListCodeSigningConfigs", on: "*", account: call.account))
    }

    package static func perform(
        _ input: ListCodeSigningConfigsInput, in call: inout Call
    ) throws(ServiceError) -> ListCodeSigningConfigsOutput {
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = CodeSigningKey.all(account: call.account, region: call.region)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(CodeSigningKey(account: call.account, region: call.region, id: last))
        }
        let page = try call.page(range, limit: limit + 1)
        return ListCodeSigningConfigsOutput(
            nextMarker: page.count > limit ? PageMarker.make(page[limit - 1].key.id) : nil,
            codeSigningConfigs: page.prefix(limit).map { $0.value.answer($0.key) })
    }
}

/// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionsByCodeSigningConfig.html
package enum ListFunctionsByCodeSigningConfig: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: ListFunctionsByCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.codeSigningDemand("lambda:ListFunctionsByCodeSigningConfig", input.codeSigningConfigArn))
    }

    package static func perform(
        _ input: ListFunctionsByCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> ListFunctionsByCodeSigningConfigOutput {
        let key = try call.codeSigning(input.codeSigningConfigArn).key
        let limit = min(input.maxItems ?? LambdaLimits.pageItems, LambdaLimits.pageItems)
        var range = CodeSigningUseKey.all(of: key)
        if let last = try PageMarker.read(input.marker) {
            range = range.after(CodeSigningUseKey(configuration: key, function: last))
        }
        let names = try call.page(range, limit: limit + 1).map(\.key.function)
        return ListFunctionsByCodeSigningConfigOutput(
            nextMarker: names.count > limit ? PageMarker.make(names[limit - 1]) : nil,
            functionArns: names.prefix(limit).map {
                FunctionName.arn($0, account: key.account, region: key.region).description
            })
    }
}
