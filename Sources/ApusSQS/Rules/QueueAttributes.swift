/// What can be set on a queue.
package struct QueueAttributes: Equatable, Sendable {
    /// Within what a deduplication id names one message.
    package enum DeduplicationScope: UInt8, Sendable { case queue = 0, messageGroup = 1 }
    /// For what the throughput quota counts. Apus has no quota; the attribute is kept for those who set it.
    package enum ThroughputLimit: UInt8, Sendable { case perQueue = 0, perMessageGroupID = 1 }
    /// Whether something is switched on.
    package enum Switch: UInt8, Sendable { case off = 0, on = 1 }

    package let kind: QueueKind
    package var visibilityTimeoutSeconds = SQSLimits.defaultVisibilityTimeoutSeconds
    package var maximumMessageBytes = SQSLimits.maximumMessageBytes.upperBound
    package var retentionSeconds = SQSLimits.defaultRetentionSeconds
    package var delaySeconds = 0
    package var receiveWaitSeconds = 0
    /// The JSON text of the queue's policy.
    package var policy: String?
    package var redrive: RedrivePolicy?
    package var redriveAllow: RedriveAllowPolicy?
    package var contentBasedDeduplication = Switch.off
    package var deduplicationScope = DeduplicationScope.queue
    package var throughputLimit = ThroughputLimit.perQueue
    package var dataKeyReuseSeconds: Int?
    package var managedEncryption = Switch.on

    /// The defaults of a queue of that kind.
    package init(_ kind: QueueKind) { self.kind = kind }
}
