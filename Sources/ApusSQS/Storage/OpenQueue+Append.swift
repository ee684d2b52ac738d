internal import ApusBase
package import ApusService
internal import ApusStore

/// What became of a message that was sent.
package struct SentMessage: Sendable, Equatable {
    package var id: MessageID
    package var sequence: UInt64
}

extension OpenQueue {
    /// Puts a message at the end. In a FIFO queue a duplicate is not put in again, but answered as the first was.
    package mutating func send(
        _ draft: MessageDraft, sender: String, in call: inout Call
    ) throws(ServiceError) -> SentMessage {
        if self.kind == .fifo, let first = try self.duplicate(of: draft, in: &call) { return first }
        var record = MessageRecord(draft, id: .random(call.entropy), sent: call.now, sender: sender)
        // "Amazon SQS supports … X-Ray trace headers": the request's own where the message is given none.
        record.traceHeader = record.traceHeader ?? call.context.trace
        let sequence = try self.append(record, delaySeconds: draft.delaySeconds, in: &call)
        let sent = SentMessage(id: record.id, sequence: sequence)
        if self.kind == .fifo { try self.remember(draft, sent, in: &call) }
        return sent
    }

    /// Puts a message at the end, whatever was there before.
    mutating func append(
        _ record: MessageRecord, delaySeconds: Int, in call: inout Call
    ) throws(ServiceError) -> UInt64 {
        let sequence = self.state.nextSequence
        self.noteArrival(sequence, sent: record.sent)
        self.state.nextSequence += 1
        if self.kind == .standard, record.start == .atOnce, record.group != nil || self.state.fair != nil {
            try self.appendShared(record, sequence, in: &call)
            return sequence
        }
        try call.put(MessageKey(self.id, sequence), record)
        switch self.kind {
        case .fifo: try self.appendToGroup(record, sequence, in: &call)
        case .standard:
            if record.start == .delayed {
                let visible = call.now + Int64(delaySeconds) * 1000
                let flight = FlightRecord(visible: visible, receives: nil, group: record.group)
                try call.put(FlightKey(self.id, sequence), flight)
                try self.wait(
                    sequence, until: visible, record.group.map { .delayedOfTenant($0) } ?? .delayed, in: &call)
                if self.state.fresh == 0 { self.state.freshHead = self.state.nextSequence }
            } else {
                if self.state.fresh == 0 { self.state.freshHead = sequence }
                self.state.fresh += 1
            }
        }
        return sequence
    }

    // MARK: Deduplication

    /// Moves to the present period, and deletes what no period in force needs.
    mutating func enterPeriod(in call: inout Call) throws(ServiceError) {
        let present = UInt32(clamping: call.now.milliseconds / SQSLimits.deduplicationMilliseconds)
        guard present > self.state.period else { return }
        self.state.period = present
        let queue = self.id.number
        try call.clear(
            DeduplicationKey.range(of: self.id).before { (encoder) in
                encoder.append(queue)
                encoder.append(present - 1)
            })
        try call.clear(
            AttemptKey.range(of: self.id).before { (encoder) in
                encoder.append(queue)
                encoder.append(present - 1)
            })
    }

    /// The periods in which something still in force may lie.
    func periods() -> [UInt32] { self.state.period == 0 ? [0] : [self.state.period, self.state.period - 1] }

    private func scope(_ draft: MessageDraft) -> String {
        self.queue.attributes.deduplicationScope == .messageGroup ? draft.groupID ?? "" : ""
    }

    private mutating func duplicate(
        of draft: MessageDraft, in call: inout Call
    ) throws(ServiceError) -> SentMessage? {
        guard let id = draft.deduplicationID else { return nil }
        try self.enterPeriod(in: &call)
        for period in self.periods() {
            let key = DeduplicationKey(self.id, period: period, scope: self.scope(draft), id)
            guard let first = try call.get(key) else { continue }
            if first.sent + SQSLimits.deduplicationMilliseconds > call.now {
                return SentMessage(id: first.message, sequence: first.sequence)
            }
        }
        return nil
    }

    private func remember(
        _ draft: MessageDraft, _ sent: SentMessage, in call: inout Call
    ) throws(ServiceError) {
        guard let id = draft.deduplicationID else { return }
        try call.put(
            DeduplicationKey(self.id, period: self.state.period, scope: self.scope(draft), id),
            DeduplicationRecord(message: sent.id, sequence: sent.sequence, sent: call.now))
    }
}
