package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
package enum GetAccountSettings: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: GetAccountSettingsInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("lambda:GetAccountSettings", on: "*", account: call.account))
    }

    package static func perform(
        _ input: GetAccountSettingsInput, in call: inout Call
    ) throws(ServiceError) -> GetAccountSettingsOutput {
        let usage = try call.usage(account: call.account, region: call.region)
        let concurrency = LambdaLimits.accountConcurrency
        return GetAccountSettingsOutput(
            accountLimit: AccountLimit(
                totalCodeSize: LambdaLimits.accountCodeBytes, codeSizeUnzipped: LambdaLimits.unzippedBytes,
                codeSizeZipped: LambdaLimits.zippedBytes, concurrentExecutions: concurrency,
                unreservedConcurrentExecutions: concurrency - usage.reservedConcurrency - usage.provisionedConcurrency),
            accountUsage: AccountUsage(totalCodeSize: usage.codeBytes, functionCount: usage.functions))
    }
}
