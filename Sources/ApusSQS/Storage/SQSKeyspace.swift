internal import ApusBase
package import ApusStore

// Every key of SQS. Each begins with the two bytes of its tag; integers are big end first, so that they sort; times are
// milliseconds with the sign bit turned; `text…` ends with a zero byte.
//
//     sqsQueue            account… region… name…         QueueRecord: id, settings; one read describes a queue
//     sqsQueueByID        queue:8                        QueuePlace: account, region, name
//     sqsQueueState       queue:8                        QueueState: counters, heads; rewritten all the time
//     sqsQueueTags        queue:8                        TagsRecord
//     sqsQueueCounter     -                              CounterRecord: the last id given to a queue
//     sqsDeletedName      account… region… name…         DeletedNameRecord: when
//     sqsMoveTask         account… region… queue:8       MoveTaskRecord: the active move task of a dead-letter queue
//     sqsMoveHistory      queue:8 number:8               MoveTaskRecord: one that has ended
//     sqsMessage          queue:8 sequence:8             MessageRecord: the message, written once
//     sqsFlight           queue:8 sequence:8             FlightRecord: its receives and visibility
//     sqsWaiting          queue:8 visible:8 sequence:8   WaitingRecord: comes due then (delayed, in flight)
//     sqsGroup            queue:8 group…                 GroupRecord: a FIFO group that has messages
//     sqsGroupOrder       queue:8 group… sequence:8      OrderRecord: the messages of a group, in their order
//     sqsGroupReady       queue:8 number:8               ReadyRecord: the groups whose turn it is
//     sqsTenant           queue:8 group…                 TenantRecord: a group of a standard queue
//     sqsTenantMessage    queue:8 group… list:1 number:8 TenantMessageRecord: one of its messages that wait
//     sqsTurn             queue:8 number:8               TurnRecord: whose turn it is among groups that share a queue
//     sqsNoisyTenant      queue:8 group…                 NoisyRecord: a group that is served after all others
//     sqsDeduplication    queue:8 period:4 scope… id…    DeduplicationRecord: the message sent under the id
//     sqsReceiveAttempt   queue:8 period:4 id…           AttemptRecord: what the receive handed out
//
// What a message costs. A message is sent, received and deleted once, and most are small. `sqsMessage` holds the body
// and is written once and deleted once; it is itself the list of messages that were never received, since those are
// exactly the sequences from the state's `freshHead` on (delayed ones among them carry a mark and are passed over
// once). So sending a message to a standard queue is two writes: message and state. Receiving it is three small ones:
// flight, waiting and state; deleting it three deletes and the state. Rejected: a separate index of fresh messages (one
// write and one tombstone more for each message, for an order that the sequence has already); moving the body from a
// fresh to a waiting list (one write fewer, but the body twice through the log, and thrice with a changed visibility);
// visibility in the waiting list alone (two small writes fewer, but who has only a sequence — retention, an old receipt
// handle — could not find it).
//
// Nothing walks over tombstones: fresh messages begin at `freshHead`, ready groups at `readyHead` (a group that becomes
// available again gets a new number at the end, so this list is only ever consumed from its front), a group's messages
// at its `head`, due entries within the intervals of the state's `WaitingProfile`, the oldest message at or after
// `oldestHead`.

/// `sqsQueue`: the queue called so.
package struct QueueKey: RegionalKey {
    package typealias Value = QueueRecord
    package static let tag = KeyTag.sqsQueue
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }
}

/// A key that a queue's id alone makes.
package protocol QueueIDKey: StoreKey {
    var queue: QueueID { get }
    init(_ queue: QueueID)
}

extension QueueIDKey {
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.queue.number) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.init(QueueID(try decoder.readInteger())) }
}

/// `sqsQueueByID`
package struct QueuePlaceKey: QueueIDKey {
    package typealias Value = QueuePlace
    package static let tag = KeyTag.sqsQueueByID
    package let queue: QueueID
    package init(_ queue: QueueID) { self.queue = queue }
}

/// `sqsQueueState`
package struct QueueStateKey: QueueIDKey {
    package typealias Value = QueueState
    package static let tag = KeyTag.sqsQueueState
    package let queue: QueueID
    package init(_ queue: QueueID) { self.queue = queue }
}

/// `sqsQueueTags`
package struct QueueTagsKey: QueueIDKey {
    package typealias Value = TagsRecord
    package static let tag = KeyTag.sqsQueueTags
    package let queue: QueueID
    package init(_ queue: QueueID) { self.queue = queue }
}

/// `sqsQueueCounter`
package struct QueueCounterKey: StoreKey {
    package typealias Value = CounterRecord
    package static let tag = KeyTag.sqsQueueCounter
    package init() {}
    package func encode(into encoder: inout KeyEncoder) {}
    package init(from decoder: inout KeyDecoder) throws(KeyError) {}
}

/// `sqsDeletedName`: a name that rests after its queue was deleted.
package struct DeletedNameKey: RegionalKey {
    package typealias Value = DeletedNameRecord
    package static let tag = KeyTag.sqsDeletedName
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    package init(_ queue: QueueKey) {
        self.init(account: queue.account, region: queue.region, name: queue.name)
    }
}
