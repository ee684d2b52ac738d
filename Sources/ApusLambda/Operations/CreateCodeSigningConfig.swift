internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html
package enum CreateCodeSigningConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: CreateCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        var demand = Demand("lambda:CreateCodeSigningConfig", on: "*", account: call.account)
        demand.conditions += TagConditions.bringing(input.tags)
        return Demands(demand)
    }

    package static func perform(
        _ input: CreateCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> CreateCodeSigningConfigOutput {
        try CodeSigningRecord.refuseEnforcement(input.codeSigningPolicies)
        try TagRules.check(input.tags ?? [:])
        let id = call.entropy.identifier(alphabet: "0123456789abcdef", count: 17)
        let key = CodeSigningKey(account: call.account, region: call.region, id: "csc-\(id)")
        let record = CodeSigningRecord(
            description: input.description, publishers: input.allowedPublishers.signingProfileVersionArns,
            modified: call.now, tags: input.tags ?? [:])
        try call.put(key, record)
        return CreateCodeSigningConfigOutput(codeSigningConfig: record.answer(key))
    }
}
