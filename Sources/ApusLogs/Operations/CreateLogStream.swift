package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
package enum CreateLogStream: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: CreateLogStreamInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:CreateLogStream", input.logGroupName)
    }

    package static func perform(_ input: CreateLogStreamInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        _ = try call.createStream(input.logStreamName, in: group)
        return NoShape()
    }
}
