package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html
package enum DeleteRetentionPolicy: Operation {
    package static let access = OperationAccess.write

    package static func demands(
        _ input: DeleteRetentionPolicyInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        call.groupDemand("logs:DeleteRetentionPolicy", input.logGroupName)
    }

    package static func perform(
        _ input: DeleteRetentionPolicyInput, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        var group = try call.group(input.logGroupName)
        group.retentionDays = nil
        try call.put(call.groupKey(input.logGroupName), group)
        try call.removeRetention(of: group)
        return NoShape()
    }
}
