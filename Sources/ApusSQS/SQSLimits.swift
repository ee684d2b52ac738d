/// Every number of SQS, with unit and source.
///
/// Sources: [quotas] https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html,
/// quotas-queues.html and, as [quotas-policies], quotas-policies.html; [api] the API reference, as the model's
/// documentation has it; [guide] the developer guide.
package enum SQSLimits {
    // MARK: Queues

    /// Characters of a queue's name. [quotas]
    package static let queueName = 1...80
    /// Seconds. [api: CreateQueue]
    package static let delaySeconds = 0...900
    /// Bytes of a message that a queue may allow at most: 1 KiB to 1 MiB. [api: CreateQueue]
    package static let maximumMessageBytes = 1_024...1_048_576
    /// Seconds: a minute to 14 days. [api: CreateQueue]
    package static let retentionSeconds = 60...1_209_600
    package static let defaultRetentionSeconds = 345_600
    /// Seconds. [api: CreateQueue]
    package static let receiveWaitSeconds = 0...20
    /// Seconds: up to 12 hours. [api: CreateQueue]
    package static let visibilityTimeoutSeconds = 0...43_200
    package static let defaultVisibilityTimeoutSeconds = 30
    /// Seconds: a minute to 24 hours. [api: CreateQueue]
    package static let dataKeyReuseSeconds = 60...86_400
    package static let defaultDataKeyReuseSeconds = 300
    /// Receives before a message goes to the dead-letter queue. [guide: dead-letter queues]
    package static let maximumReceives = 1...1_000
    /// Source queues that a redrive-allow policy may name. [api: CreateQueue]
    package static let redriveSources = 10
    /// Milliseconds in which a deleted queue's name cannot be used again. [api: DeleteQueue]
    package static let nameRestMilliseconds: Int64 = 60_000
    /// Milliseconds between two purges of one queue. [api: PurgeQueueInProgress]
    package static let purgeRestMilliseconds: Int64 = 60_000
    /// Results of one page. [api: ListQueues]
    package static let listResults = 1...1_000
    /// Tags of one queue. [quotas]
    package static let tags = 50
    /// Characters. [quotas]
    package static let tagKey = 1...128
    package static let tagValue = 0...256

    /// Characters of the label of a permission. [api: AddPermission]
    package static let permissionLabel = 1...80
    /// Actions of one statement of a queue's policy. [api: AddPermission]
    package static let policyActions = 7
    /// Statements of a queue's policy. [quotas-policies]
    package static let policyStatements = 20
    /// Principals of one statement of a queue's policy. [quotas-policies]
    package static let policyPrincipals = 50
    /// Bytes of a queue's policy. [quotas-policies]
    package static let policyBytes = 8_192

    // MARK: Messages

    /// Bytes of all messages of one batch. [api: SendMessageBatch]
    package static let batchBytes = 1_048_576
    /// Entries of one batch. [api: TooManyEntriesInBatchRequest]
    package static let batchEntries = 10
    /// Characters of a batch entry's id. [api: SendMessageBatchRequestEntry]
    package static let batchEntryID = 1...80
    /// Messages of one receive. [api: ReceiveMessage]
    package static let receiveMessages = 1...10
    /// Messages received and neither deleted nor visible again, in one queue. [quotas]
    package static let inFlightMessages = 120_000
    /// Attributes of one message. [quotas]
    package static let messageAttributes = 10
    /// Characters of a message attribute's name. [guide: message metadata]
    package static let attributeName = 1...256
    /// Characters of a message attribute's type. [guide: message metadata]
    package static let attributeType = 1...256
    /// Characters of group, deduplication and receive attempt ids. [api: SendMessage]
    package static let identifier = 1...128
    /// Milliseconds in which a message with the same deduplication id is a duplicate, and in which a receive attempt
    /// can be repeated. [api: SendMessage, ReceiveMessage]
    package static let deduplicationMilliseconds: Int64 = 300_000

    /// Messages that a group of a standard queue has in flight at least, and percent of all in flight that they exceed, for
    /// it to be a noisy neighbour. [guide: how fair queues work]
    package static let noisyMessages = 30
    package static let noisyPercent = 10

    // MARK: Move tasks

    /// Messages per second that a move task may be held to. [api: StartMessageMoveTask]
    package static let moveRate = 1...500
    /// Tasks listed for one queue. [api: ListMessageMoveTasks]
    package static let moveResults = 1...10
    /// Active move tasks of one account in one region. [guide: configure a dead-letter queue redrive]
    package static let activeMoveTasks = 100
    /// Milliseconds for which a move task may run: 36 hours. [guide: configure a dead-letter queue redrive]
    package static let moveMilliseconds: Int64 = 129_600_000

    // MARK: Our own

    /// Ended move tasks that are kept of one queue: as many as can be listed.
    package static let keptMoveTasks = 10
    /// Messages moved in one step of a move task.
    package static let movesPerStep = 100
    /// Bytes of bodies moved in one step of a move task.
    package static let moveBytesPerStep = 4 << 20
    /// Active move tasks looked at in one step of the move worker.
    package static let tasksPerStep = 256

    /// Queues looked at for one page of source queues, beyond which the page ends with a token.
    package static let sourcesPerPage = 1_000
    /// Entries looked at for one count in `GetQueueAttributes`, beyond which it is a lower bound.
    package static let countedEntries = 10_000
    /// Messages that one receive moves to the dead-letter queue at most, and bodies it drops because they are too old:
    /// each rewrites or reads up to 1 MiB, and a transaction is bounded.
    package static let asidePerReceive = 20
    /// Entries that come due in a FIFO queue and are handled in one receive.
    package static let duePerReceive = 100
    /// Groups of a FIFO queue looked into in one receive.
    package static let groupsPerReceive = 50
    /// Turns of a standard queue that groups share, and noisy groups of it, looked at in one receive. At any moment less
    /// than ten groups have more than a tenth of all messages in flight.
    package static let turnsPerReceive = 64
    package static let noisyPerReceive = 16
    /// Messages deleted in one step of the retention worker.
    package static let expiredPerStep = 200
    /// Bytes of bodies read in one step of the retention worker.
    package static let expiredBytesPerStep = 8 << 20
    /// Queues looked at in one step of the retention worker.
    package static let queuesPerStep = 256
    /// Milliseconds between two rounds of the retention worker. AWS: changes take up to 15 minutes. [api: CreateQueue]
    package static let retentionRoundMilliseconds: Int64 = 60_000
}
