internal import ApusBase
internal import ApusService
internal import ApusStore

// Receives of FIFO queues that can be repeated with the same messages.
extension OpenQueue {
    /// The messages of an attempt that can be repeated: made less than five minutes ago, all of its messages still in
    /// flight from it, none with a changed visibility. nil where it cannot.
    func attempt(
        _ id: String, in call: inout Call
    ) throws(ServiceError) -> [(sequence: UInt64, flight: FlightRecord)]? {
        for period in self.periods() {
            guard let record = try call.get(AttemptKey(self.id, period: period, id)) else { continue }
            if record.messages.isEmpty || record.made + SQSLimits.deduplicationMilliseconds <= call.now { return nil }
            var messages: [(sequence: UInt64, flight: FlightRecord)] = []
            for message in record.messages {
                guard let flight = try call.get(FlightKey(self.id, message.sequence)),
                    let visible = flight.visible, visible > call.now, flight.visibility == .asReceived,
                    flight.receives?.count == message.receives
                else { return nil }
                messages.append((message.sequence, flight))
            }
            return messages
        }
        return nil
    }

    /// Hands out the same messages under the same handles, their time-outs begun anew.
    mutating func repeatAttempt(
        _ id: String, _ timeoutSeconds: Int, in call: inout Call
    ) throws(ServiceError) -> [Delivery]? {
        try self.enterPeriod(in: &call)
        guard let messages = try self.attempt(id, in: &call) else { return nil }
        var deliveries: [Delivery] = []
        let visible = call.now + Int64(timeoutSeconds) * 1000
        for (sequence, before) in messages {
            guard let message = try call.get(MessageKey(self.id, sequence)), let receives = before.receives,
                let old = before.visible
            else { throw Self.broken(.sqsFlight, "a flight without its message") }
            try self.stopWaiting(sequence, until: old, .inFlight, in: &call)
            try self.wait(sequence, until: visible, .inFlight(receives), in: &call)
            var flight = before
            flight.visible = visible
            try call.put(FlightKey(self.id, sequence), flight)
            deliveries.append(
                Delivery(queue: self.id, kind: self.kind, sequence: sequence, message: message, receives: receives))
        }
        call.signal(self.channel)
        return deliveries
    }

    func rememberAttempt(_ id: String, _ deliveries: [Delivery], in call: inout Call) throws(ServiceError) {
        if deliveries.isEmpty { return }
        let messages = deliveries.map { delivery in
            AttemptRecord.Message(sequence: delivery.sequence, receives: delivery.receives.count)
        }
        let key = AttemptKey(self.id, period: self.state.period, id)
        // An older record under the period before would be found after this one only.
        try call.put(key, AttemptRecord(made: call.now, messages: messages))
    }
}
