import ApusBase
import Testing

@testable import ApusSQS

/// What the clients of a simulation did and were told, and what follows from it. Its methods record an event and the
/// failures that it proves.
struct SimulationLedger {
    struct Send {
        var queue: String
        var group: String
        var id: String
        var submitted: Timestamp
        /// Whether the answer must be that of an earlier send with the same id.
        var isDuplicate = false
        var acknowledged = false
    }
    struct Hold {
        var receipt: String
        var url: String
        /// Nobody else may get the message before this.
        var until: Timestamp
    }
    /// The first acknowledged send of a deduplication id.
    struct First {
        var messageID: String
        var submitted: Timestamp
    }

    var sends: [String: Send] = [:]
    var firsts: [String: First] = [:]
    var sequences: [String: String] = [:]
    var holds: [String: Hold] = [:]
    var deleteRequested: Set<String> = []
    var deleteAcknowledged: [String: Int] = [:]
    /// The ids of messages, as their sends or their first receives told them.
    var identities: [String: String] = [:]
    /// Messages that a move task brought back: they have new ids.
    var moved: Set<String> = []
    /// Audits that found a noisy group.
    var noisyAudits = 0
    /// The handles of move tasks.
    var moves: [String] = []
    /// Messages that are, may be, or were in a dead-letter queue.
    var dead: Set<String> = []
    var failures: [String] = []
    /// Counts events, so that what came after what is known even when the clock goes back.
    var event = 0
    /// The latest time that any clock of this run has shown.
    var latest = Timestamp(milliseconds: 0)
    var received: Set<String> = []
    /// Changes of visibility under way; one that is late may touch the receive after the one that it is about.
    var changing: [String: Int] = [:]
    /// Messages that were overtaken, which only the dead-letter queue excuses.
    var overtaken: [(body: String, sentence: String)] = []

    mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
        if !holds { self.failures.append(sentence()) }
    }

    mutating func acknowledged(send body: String, messageID: String, sequence: String?, now: Timestamp) {
        self.event += 1
        guard let send = self.sends[body] else { return }
        self.sends[body]?.acknowledged = true
        if !send.isDuplicate, self.identities[body] == nil { self.identities[body] = messageID }
        if send.isDuplicate, let first = self.firsts[send.id] {
            // The window may have ended while the request was on its way.
            let isWithin = now < first.submitted + 300_000 && self.latest < first.submitted + 300_000
            self.sends[body]?.isDuplicate = messageID == first.messageID
            self.expect(
                messageID == first.messageID || !isWithin, "\(body) is a duplicate of \(send.id) and was accepted anew")
            return
        }
        if self.firsts[send.id] == nil {
            self.firsts[send.id] = First(messageID: messageID, submitted: send.submitted)
        }
        if let sequence { self.sequences[body] = sequence }
    }

    /// - Parameter since: the event number when the receive was submitted.
    mutating func received(
        _ messages: [Message], from url: String, submitted: Timestamp, since: Int, timeoutSeconds: Int, now: Timestamp
    ) {
        self.event += 1
        var batch: [String] = []
        for message in messages {
            let body = message.body ?? ""
            guard let send = self.sends[body] else {
                self.failures.append("\(body) was never sent")
                continue
            }
            self.received.insert(body)
            if self.noteIdentity(message) {
                // The handles of before are of a message that is no more.
                self.deleteAcknowledged[body] = nil
                self.holds[body] = nil
            }
            if send.isDuplicate, let first = self.firsts[send.id], self.latest < first.submitted + 300_000 {
                self.failures.append("\(body) is a duplicate and was delivered")
            }
            if let deleted = self.deleteAcknowledged[body] {
                self.expect(deleted > since, "\(body) came back after its delete was acknowledged")
            }
            if let hold = self.holds[body], hold.url == url {
                // It may have become visible before the clock went back.
                let wasOver = max(now, self.latest) >= hold.until
                self.expect(wasOver, "\(body) was received while it was in flight")
            }
            if let sequence = message.attributes?["SequenceNumber"] { self.sequences[body] = sequence }
            if url.hasSuffix(".fifo"), !url.hasSuffix("dead.fifo") { self.checkOrder(body, send, batch) }
            batch.append(body)
            let until = self.changing[body, default: 0] > 0 ? submitted : submitted + Int64(timeoutSeconds) * 1000
            self.holds[body] = Hold(receipt: message.receiptHandle ?? "", url: url, until: until)
            if url.contains("dead") { self.dead.insert(body) }
        }
    }

    /// Whether the message has another id than before: it went to the dead-letter queue, and a move task brought it back.
    mutating func noteIdentity(_ message: Message) -> Bool {
        let body = message.body ?? ""
        let id = message.messageId ?? ""
        defer { self.identities[body] = id }
        guard let before = self.identities[body], before != id else { return false }
        self.moved.insert(body)
        self.dead.insert(body)
        return true
    }

    /// All earlier messages of the group must be gone, or come before it in the same answer.
    private mutating func checkOrder(_ body: String, _ send: Send, _ batch: [String]) {
        guard let sequence = self.sequences[body] else { return }
        for (other, earlier) in self.sends where earlier.queue == send.queue && earlier.group == send.group {
            guard let number = self.sequences[other], number < sequence else { continue }
            if self.deleteRequested.contains(other) || batch.contains(other) { continue }
            self.overtaken.append((other, "\(body) of group \(send.group) was received before \(other)"))
        }
    }

    /// The end: who was overtaken must be in the dead-letter queue.
    mutating func judgeOvertaken() {
        for (body, sentence) in self.overtaken where !self.dead.contains(body) { self.failures.append(sentence) }
    }
}
