internal import ApusBase

/// One receive in the making.
struct Taking: ~Copyable {
    /// Messages to hand out at most.
    let limit: Int
    /// Bytes of bodies after which no further message is added.
    let byteLimit: Int
    let timeoutSeconds: Int
    let polling: Polling
    var deliveries: [Delivery] = []
    var bytes = 0
    /// Messages that were put aside on the way: too old, or moved to the dead-letter queue.
    var aside = 0
    /// Messages of noisy groups that came due and were put into their groups' lists.
    var woken = 0
    /// The dead-letter queue, opened when the first message goes there.
    var deadLetters: OpenQueue?
    /// Whether the queue names a dead-letter queue that exists.
    var target = Target.unknown

    enum Target { case unknown, none, open }

    init(limit: Int, byteLimit: Int, timeoutSeconds: Int, polling: Polling) {
        self.polling = polling
        self.limit = limit
        self.byteLimit = byteLimit
        self.timeoutSeconds = timeoutSeconds
    }

    var isFull: Bool { self.deliveries.count >= self.limit || self.bytes >= self.byteLimit }
    var mayPutAside: Bool { self.aside < SQSLimits.asidePerReceive }
    var room: Int { self.limit - self.deliveries.count }
}

/// Whether a receive answers at once. One that waits hears of no `OverLimit`; it finds nothing as long as too much is in
/// flight.
///
/// Source: "In flight" in https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
package enum Polling: Sendable { case short, long }
