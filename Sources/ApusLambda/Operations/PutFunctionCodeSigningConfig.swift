package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionCodeSigningConfig.html
package enum PutFunctionCodeSigningConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: PutFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        var demand = try call.functionDemand("lambda:PutFunctionCodeSigningConfig", input.functionName)
        demand.conditions.append((key: "lambda:CodeSigningConfigArn", values: [input.codeSigningConfigArn]))
        return Demands(demand)
    }

    package static func perform(
        _ input: PutFunctionCodeSigningConfigInput, in call: inout Call
    ) throws(ServiceError) -> PutFunctionCodeSigningConfigOutput {
        let configuration = try call.knownCodeSigning(input.codeSigningConfigArn)
        var (key, record) = try call.wholeFunction(input.functionName)
        try call.dropCodeSigning(of: &record, key)
        record.shared.codeSigningARN = configuration.arn.description
        try call.put(CodeSigningUseKey(configuration: configuration, function: key.name), Presence())
        try call.put(key, record)
        return PutFunctionCodeSigningConfigOutput(
            codeSigningConfigArn: configuration.arn.description, functionName: key.name)
    }
}

extension Call {
    /// Takes a function's code signing configuration from its record, which the caller writes.
    mutating func dropCodeSigning(of record: inout FunctionRecord, _ key: FunctionKey) throws(ServiceError) {
        guard let arn = record.shared.codeSigningARN else { return }
        record.shared.codeSigningARN = nil
        guard let configuration = CodeSigningKey(arn: arn) else { return }
        try self.delete(CodeSigningUseKey(configuration: configuration, function: key.name))
    }
}
