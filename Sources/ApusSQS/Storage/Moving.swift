internal import ApusBase
internal import ApusService

/// One step of a move task in the making: messages that were taken out of a queue, and where each goes.
struct Moving {
    /// Messages to move at most.
    let limit: Int
    let source: Queue
    /// The ARN of the queue to which all messages go; nil: each to that from which it came.
    let destination: String?
    let principal: Principal
    /// What was taken out, in that order, and the index of its destination.
    private(set) var messages: [(record: MessageRecord, destination: Int)] = []
    private var bytes = 0
    /// Messages that were deleted on the way because they are too old.
    var dropped = 0
    /// Why the next message cannot be moved.
    private(set) var failure: String?
    /// Queues that messages go to, and the indexes of their ARNs.
    private var destinations: [Queue] = []
    private var indexes: [String: Int] = [:]

    init(limit: Int, source: Queue, destination: String?, principal: Principal) {
        self.limit = limit
        self.source = source
        self.destination = destination
        self.principal = principal
    }

    /// Whether another message may be looked at in this step.
    var hasRoom: Bool {
        self.failure == nil && self.messages.count < self.limit && self.dropped < SQSLimits.movesPerStep
            && self.bytes < SQSLimits.moveBytesPerStep
    }
    var room: Int { self.limit - self.messages.count }

    /// Adds the message, unless it cannot be moved, which is then the task's end. The caller takes it out of the source
    /// when this answers true.
    mutating func add(_ message: MessageRecord, in call: inout Call) throws(ServiceError) -> Bool {
        guard let arn = self.destination ?? message.origin?.queue else {
            self.failure = "CouldNotDetermineMessageSource"
            return false
        }
        guard let index = try self.index(of: arn, in: &call) else { return false }
        let target = self.destinations[index].attributes
        guard message.count <= target.maximumMessageBytes else {
            self.failure = "InvalidParameterValue"
            return false
        }
        self.messages.append((message, index))
        self.bytes += message.count
        return true
    }

    /// The destination with that ARN, to which the task's principal may send.
    private mutating func index(of arn: String, in call: inout Call) throws(ServiceError) -> Int? {
        if let index = self.indexes[arn] { return index }
        guard let key = Queue.key(arn: arn), let queue = try Queue.find(key, in: &call), queue.id != self.source.id,
            queue.attributes.kind == self.source.attributes.kind
        else {
            self.failure = "AWS.SimpleQueueService.NonExistentQueue"
            return nil
        }
        let demand = Demand(
            "sqs:SendMessage", on: arn, account: key.account, resourcePolicy: queue.attributes.policy)
        let account = self.source.key.account
        let mayCall = try call.acting(as: self.principal, account: account, region: self.source.key.region) {
            (call) throws(ServiceError) in try call.allows(demand)
        }
        guard mayCall else {
            self.failure = "AccessDenied"
            return nil
        }
        self.destinations.append(queue)
        self.indexes[arn] = self.destinations.count - 1
        return self.destinations.count - 1
    }

    /// Puts what was taken out into its destinations: as new messages, sent now, which were never received and come from
    /// nowhere. A FIFO queue takes each, whatever was sent to it before.
    func send(in call: inout Call) throws(ServiceError) {
        for (index, destination) in self.destinations.enumerated() {
            var open = try OpenQueue(destination, in: &call)
            let delaySeconds = destination.attributes.kind == .standard ? destination.attributes.delaySeconds : 0
            var count = 0
            for message in self.messages where message.destination == index {
                var record = message.record
                record.id = .random(call.entropy)
                record.sent = call.now
                record.start = delaySeconds > 0 ? .delayed : .atOnce
                record.origin = nil
                record.turn = nil
                _ = try open.append(record, delaySeconds: delaySeconds, in: &call)
                count += 1
            }
            guard count > 0 else { continue }
            try open.save(in: &call)
            call.signal(open.channel)
        }
    }
}

extension MessageRecord {
    /// What counts against a queue's maximum.
    var count: Int { self.attributes.reduce(self.body.utf8.count) { $0 + $1.count } }
}
