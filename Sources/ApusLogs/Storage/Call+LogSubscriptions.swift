package import ApusBase
package import ApusService
internal import ApusStore
internal import LogPattern

/// How events reach the functions that subscribe to a group.
extension Call {
    /// Leaves new events for each function that subscribes to their group, as far as they match its pattern. They are written
    /// down in this transaction, so that what is acknowledged reaches the function at least once, whatever dies when. A
    /// function that refuses them, or is gone, gets none, and the events are stored all the same.
    ///
    /// - Parameter first: the id of the first event; those that follow are numbered from it.
    package mutating func deliver(
        _ events: [(time: Timestamp, message: String)], from first: EventID, of stream: String,
        in groupName: String, _ group: LogGroupRecord
    ) throws(ServiceError) {
        let filters = try self.page(LogSubscriptionKey.all(group: group.id), limit: LogsLimits.subscriptionFilters)
        for (key, filter) in filters {
            // It was checked when it was put; should a later release refuse it, the events are stored all the same.
            guard let pattern = try? LogPattern(filter.pattern) else { continue }
            let payload = SubscriptionPayload(owner: self.account, group: groupName, stream: stream, filter: key.name)
            let matching = Self.matching(events, from: first, pattern)
            for batch in payload.batches(matching) {
                _ = try self.withSubscriber(of: groupName) { (functions, call) throws(ServiceError) in
                    try functions.invoke(filter.destinationARN, with: batch, in: &call)
                }
            }
        }
    }

    /// Whether the function takes events of the group.
    package mutating func mayDeliver(to functionARN: String, from groupName: String) throws(ServiceError) -> Bool {
        try self.withSubscriber(of: groupName) { (functions, call) throws(ServiceError) in
            try functions.check(functionARN, in: &call)
        }
    }

    private static func matching(
        _ events: [(time: Timestamp, message: String)], from first: EventID, _ pattern: LogPattern
    ) -> [SubscriptionPayload.Event] {
        var matching: [SubscriptionPayload.Event] = []
        for (index, event) in events.enumerated() {
            var fields: [String: String]?
            if pattern.namesFields {
                guard let values = pattern.values(in: event.message) else { continue }
                fields = Dictionary(uniqueKeysWithValues: values.map { (String($0.key.dropFirst()), $0.value) })
            } else if !pattern.matches(event.message) {
                continue
            }
            let id = EventID(time: event.time, stream: first.stream, sequence: first.sequence + UInt64(index))
            matching.append(SubscriptionPayload.Event(id: id, time: event.time, message: event.message, fields: fields))
        }
        return matching
    }

    /// Runs `body` as the service that acts for the group, under each of its names until one is allowed: policies name it
    /// `logs.amazonaws.com` or, as AWS's pages did before, `logs.<region>.amazonaws.com`.
    ///
    /// - Returns: whether `body` went through. A failing store throws.
    private mutating func withSubscriber(
        of groupName: String, _ body: (any FunctionInvoker, inout Call) throws(ServiceError) -> Void
    ) throws(ServiceError) -> Bool {
        let functions = self.ports.functions
        let source = LogsName.groupARN(groupName, account: self.account, region: self.region).description + ":*"
        for name in ["logs.amazonaws.com", "logs.\(self.region).amazonaws.com"] {
            let service = ServiceIdentity(name: name, sourceARN: source, sourceAccount: self.account)
            let result = self.attempt { (call) throws(ServiceError) in
                try call.acting(as: .service(service)) { (call) throws(ServiceError) in try body(functions, &call) }
            }
            switch result {
            case .success: return true
            case .failure(.store(let error)): throw .store(error)
            case .failure: continue
            }
        }
        return false
    }
}
