package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html
///
/// What is not there is deleted, too.
package enum DeleteProvisionedConcurrencyConfig: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(
            try call.functionDemand(
                "lambda:DeleteProvisionedConcurrencyConfig", input.functionName, qualifier: input.qualifier))
    }

    package static func perform(
        _ input: DeleteProvisionedConcurrencyConfigInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        let target = try call.provisionedTarget(input.functionName, input.qualifier)
        try call.unprovision(input.qualifier, of: target.record.id, target.key, target.shared)
        return NoShape()
    }
}
