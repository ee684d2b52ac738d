internal import ApusBase
package import ApusService
package import ApusWire

/// Deletes all messages of a queue, at once; at most once in 60 seconds.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
package enum PurgeQueue: QueueOperation {
    package typealias Input = PurgeQueueInput
    package typealias Output = NoShape
    package static let access = OperationAccess.write
    package static let action = "sqs:PurgeQueue"
    package static func queueURL(_ input: PurgeQueueInput) -> String { input.queueUrl }

    package static func perform(
        _ input: PurgeQueueInput, on queue: Queue, in call: inout Call
    ) throws(ServiceError) -> NoShape {
        if let purged = queue.record.purged, purged + SQSLimits.purgeRestMilliseconds > call.now {
            throw SQSError.purgeQueueInProgress(
                "Only one PurgeQueue operation on \(queue.key.name) is allowed every 60 seconds.")
        }
        var record = queue.record
        record.purged = call.now
        try call.put(queue.key, record)
        var open = try OpenQueue(queue, in: &call)
        try open.purge(in: &call)
        try open.save(in: &call)
        return NoShape()
    }
}
