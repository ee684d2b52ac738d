package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
package enum CreateLogGroup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:CreateLogGroup", input.logGroupName)
    }

    package static func perform(_ input: CreateLogGroupInput, in call: inout Call) throws(ServiceError) -> NoShape {
        if input.kmsKeyId != nil {
            throw LogsError.invalidParameter("Encryption of log groups with KMS keys is not implemented.")
        }
        _ = try call.createGroup(
            input.logGroupName, tags: input.tags ?? [:], logGroupClass: input.logGroupClass ?? "STANDARD")
        return NoShape()
    }
}
