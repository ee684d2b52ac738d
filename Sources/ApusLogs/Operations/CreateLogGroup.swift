package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
package enum CreateLogGroup: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateLogGroupInput, in call: inout Call) throws(ServiceError) -> Demands {
        var create = call.streamDemand("logs:CreateLogGroup", group: input.logGroupName, stream: "")
        guard let tags = input.tags, !tags.isEmpty else { return Demands(create) }
        create.conditions = TagConditions.bringing(tags)
        // Of two permissions either is enough.
        var older = call.streamDemand("logs:TagLogGroup", group: input.logGroupName, stream: "")
        older.conditions = create.conditions
        if try call.allows(older) { return Demands(create) }
        var tag = call.tagDemand("logs:TagResource", input.logGroupName)
        tag.conditions = create.conditions
        return Demands(create, tag)
    }

    package static func perform(_ input: CreateLogGroupInput, in call: inout Call) throws(ServiceError) -> NoShape {
        if input.kmsKeyId != nil {
            throw LogsError.invalidParameter("Encryption of log groups with KMS keys is not implemented.")
        }
        try UnsupportedSettings.refuse([("deletionProtectionEnabled", input.deletionProtectionEnabled == true)])
        guard !input.logGroupName.lowercased().hasPrefix("aws/") else {
            throw LogsError.invalidParameter("Log groups starting with AWS/ are reserved for AWS.")
        }
        try LogTags.check(input.tags ?? [:], tooMany: LogsError.invalidParameter)
        _ = try call.createGroup(
            input.logGroupName, tags: input.tags ?? [:], logGroupClass: input.logGroupClass ?? "STANDARD")
        return NoShape()
    }
}
