package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
package enum PutRetentionPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutRetentionPolicyInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:PutRetentionPolicy", input.logGroupName)
    }

    package static func perform(_ input: PutRetentionPolicyInput, in call: inout Call) throws(ServiceError) -> NoShape {
        guard LogsLimits.retentionDays.contains(input.retentionInDays) else {
            throw LogsError.invalidParameter(
                "1 validation error detected: Value '\(input.retentionInDays)' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: \(LogsLimits.retentionDays)"
            )
        }
        var group = try call.group(input.logGroupName)
        group.retentionDays = input.retentionInDays
        try call.put(call.groupKey(input.logGroupName), group)
        try call.scheduleRetention(of: input.logGroupName, group)
        return NoShape()
    }
}
