internal import ApusBase
package import ApusService
internal import ApusStore

// What a consumer does with a message that it received.
extension OpenQueue {
    /// A receipt handle's message as it stands.
    private struct Held {
        var handle: ReceiptHandle
        var flight: FlightRecord
        var receives: FlightRecord.Receives
    }

    /// Reads a handle of this queue; nil when its message is gone. Errors: `ReceiptHandleIsInvalid`.
    private func held(_ text: String, in call: inout Call) throws(MessageFault) -> Held? {
        guard let handle = ReceiptHandle(text) else {
            throw .other(SQSError.receiptHandleIsInvalid("The input receipt handle is invalid."))
        }
        guard handle.queue == self.id else {
            throw .other(
                SQSError.receiptHandleIsInvalid("The receipt handle \"\(text)\" is not valid for this queue."))
        }
        let found: FlightRecord?
        do throws(ServiceError) { found = try call.get(FlightKey(self.id, handle.sequence)) } catch {
            throw .other(error)
        }
        guard let flight = found else { return nil }
        guard let receives = flight.receives, receives.secret == handle.secret, handle.receives <= receives.count else {
            throw .other(SQSError.receiptHandleIsInvalid("The input receipt handle is invalid."))
        }
        return Held(handle: handle, flight: flight, receives: receives)
    }

    /// Refuses, in a FIFO queue, a handle of an earlier receive, or one whose time-out has passed: somebody else may
    /// have the message.
    private func checkInForce(_ held: Held, _ text: String, in call: borrowing Call) throws(MessageFault) {
        guard self.kind == .fifo else { return }
        let visible = held.flight.visible ?? call.now
        guard visible > call.now, held.handle.receives == held.receives.count else {
            throw .receipt(value: text, reason: "The receipt handle has expired")
        }
    }

    /// Deletes the message of a receipt handle. Doing it again, or with a message that is gone, succeeds.
    package mutating func delete(receipt text: String, in call: inout Call) throws(MessageFault) {
        guard let held = try self.held(text, in: &call) else { return }
        try self.checkInForce(held, text, in: call)
        do throws(ServiceError) { try self.remove(held.handle.sequence, held.flight, in: &call) } catch {
            throw .other(error)
        }
    }

    /// Removes a message of which there is a flight record.
    mutating func remove(_ sequence: UInt64, _ flight: FlightRecord, in call: inout Call) throws(ServiceError) {
        if let visible = flight.visible {
            try self.stopWaiting(sequence, until: visible, flight.receives == nil ? .delayed : .inFlight, in: &call)
        } else {
            self.state.fresh -= 1
        }
        switch self.kind {
        case .standard:
            // Whoever waits may have found that no more could be in flight.
            if self.state.received + 1 == SQSLimits.inFlightMessages { call.signal(self.channel) }
            if let group = flight.group { try self.leave(group, sequence, flight, in: &call) }
            try call.delete(MessageKey(self.id, sequence))
            try call.delete(FlightKey(self.id, sequence))
            try self.noteDeparture(in: &call)
        case .fifo:
            guard let id = flight.group else { throw Self.broken(.sqsFlight, "a flight without its group") }
            try self.deleteFromGroup(GroupOrderKey(self.id, id, sequence), in: &call)
            if flight.visible != nil {
                try self.land(id, in: &call)
                call.signal(self.channel)
            } else {
                try self.settle(id, try self.group(id, in: &call), in: &call)
            }
        }
    }

    /// Makes the message of a receipt handle visible `seconds` from now.
    package mutating func changeVisibility(
        receipt text: String, seconds: Int, in call: inout Call
    ) throws(MessageFault) {
        guard SQSLimits.visibilityTimeoutSeconds.contains(seconds) else {
            throw .parameter(
                "VisibilityTimeout", value: String(seconds), reason: "Must be >= 0 and <= 43200, if provided")
        }
        guard let held = try self.held(text, in: &call) else {
            throw .parameter(
                "ReceiptHandle", value: text,
                reason: "Message does not exist or is not available for visibility timeout change")
        }
        try self.checkInForce(held, text, in: call)
        guard let visible = held.flight.visible, visible > call.now else {
            throw .other(SQSError.messageNotInflight("The specified message isn't in flight."))
        }
        let new = call.now + Int64(seconds) * 1000
        let longest = SQSLimits.visibilityTimeoutSeconds.upperBound
        guard new <= held.receives.last + Int64(longest) * 1000 else {
            throw .parameter(
                "VisibilityTimeout", value: String(seconds),
                reason: "Total VisibilityTimeout for the message is beyond the limit [\(longest) seconds]")
        }
        var flight = held.flight
        flight.visible = new
        flight.visibility = .changed
        do throws(ServiceError) {
            try self.stopWaiting(held.handle.sequence, until: visible, .inFlight, in: &call)
            try self.wait(held.handle.sequence, until: new, self.entry(flight), in: &call)
            try call.put(FlightKey(self.id, held.handle.sequence), flight)
        } catch {
            throw .other(error)
        }
        call.signal(self.channel)
    }
}
