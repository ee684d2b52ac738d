import ApusBase

@testable import ApusSQS

/// A queue as simple as can be: a list. What it says is what the real one must do.
struct QueueModel {
    struct Message {
        var body: String
        var group: String
        var sent: Timestamp
        /// When it can be received.
        var visible: Timestamp
        var receives = 0
        /// The handle of the last receive.
        var receipt: String?
    }
    let kind: QueueKind
    let delaySeconds: Int
    let retentionSeconds: Int
    /// nil: no dead-letter queue.
    let maximumReceives: Int?
    var messages: [Message] = []
    /// Bodies that went to the dead-letter queue.
    var dead: Set<String> = []

    mutating func send(_ body: String, group: String, delay: Int?, now: Timestamp) {
        let visible = now + Int64(delay ?? self.delaySeconds) * 1000
        self.messages.append(Message(body: body, group: group, sent: now, visible: visible))
    }

    func isExpired(_ message: Message, _ now: Timestamp) -> Bool {
        message.sent + Int64(self.retentionSeconds) * 1000 <= now
    }

    func isPoison(_ message: Message) -> Bool { self.maximumReceives.map { message.receives >= $0 } ?? false }

    /// The bodies that may be received now, in each list in the order in which they must come.
    func runs(_ now: Timestamp) -> [[String]] {
        let deliverable = { (message: Message) in
            message.visible <= now && !self.isExpired(message, now) && !self.isPoison(message)
        }
        if self.kind == .standard { return self.messages.filter(deliverable).map { [$0.body] } }
        var runs: [[String]] = []
        for group in Set(self.messages.map { $0.group }).sorted() {
            let members = self.messages.filter { $0.group == group }
            if members.contains(where: { $0.receives > 0 && $0.visible > now }) { continue }
            let run = members.prefix { $0.visible <= now }.filter(deliverable)
            runs.append(run.map { $0.body })
        }
        return runs
    }

    /// Whether any message could be put aside by a receive, which makes receives give fewer than they might.
    func mayPutAside(_ now: Timestamp) -> Bool {
        self.messages.contains { self.isExpired($0, now) || self.isPoison($0) }
    }

    mutating func received(_ body: String, receipt: String, until visible: Timestamp) {
        guard let index = self.messages.firstIndex(where: { $0.body == body }) else { return }
        self.messages[index].receives += 1
        self.messages[index].receipt = receipt
        self.messages[index].visible = visible
    }
}
