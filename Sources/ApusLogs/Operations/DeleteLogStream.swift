package import ApusService
package import ApusWire

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html
package enum DeleteLogStream: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: DeleteLogStreamInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(call.streamDemand("logs:DeleteLogStream", group: input.logGroupName, stream: input.logStreamName))
    }

    package static func perform(_ input: DeleteLogStreamInput, in call: inout Call) throws(ServiceError) -> NoShape {
        let group = try call.group(input.logGroupName)
        try call.deleteStream(input.logStreamName, in: group)
        return NoShape()
    }
}
