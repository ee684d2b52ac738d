internal import ApusBase
internal import ApusService
internal import ApusStore

/// One delivery of one event, from the store to the function and back.
struct AsyncDelivery: Sendable {
    enum End: Sendable, Equatable {
        case delivered
        case again(Timestamp)
        case deadLettered
        case dropped
        /// The event or its function is no more.
        case gone
    }
    /// Why a delivery failed, as the dead-letter queue is told.
    private struct Reason: Sendable {
        var failure: RetrySchedule.Failure
        var code: Int
        var message: String
    }
    private struct Work: Sendable {
        var record: InvocationRecord
        var function: FunctionRecord?
    }
    let id: UInt64
    let invoker: any SynchronousInvocation
    let host: ServiceHost

    private var session: Session { Session(host: self.host, context: CallContext.system(self.host)) }

    func run() async -> End {
        let work: Work
        do throws(ServiceError) {
            guard let found = try self.load() else { return .gone }
            work = found
        } catch {
            _ = await self.pause()
            // Its time is not known: look from the beginning.
            return .again(Timestamp(milliseconds: 0))
        }
        guard let function = work.function else { return await self.end(work.record, as: .gone) }
        let session = self.session.acting(
            as: self.session.context.principal, account: work.record.account, region: work.record.region)
        do throws(ServiceError) {
            let outcome = try await self.invoker.run(
                (work.record.functionKey, function), payload: work.record.payload, requestID: work.record.requestID,
                clientContext: work.record.clientContext, in: session)
            guard outcome.functionError != nil else { return await self.end(work.record, as: .delivered) }
            return await self.fail(work.record, function, Self.reason(outcome))
        } catch {
            let answer = error.answer
            return await self.fail(
                work.record, function, Reason(failure: .system, code: answer.status, message: answer.message))
        }
    }

    private func load() throws(ServiceError) -> Work? {
        try self.session.read { (call) throws(ServiceError) in
            guard let record = try call.get(InvocationKey(id: self.id)) else { return nil }
            let function = try call.get(record.functionKey)
            return Work(record: record, function: function?.id == record.function ? function : nil)
        }
    }

    private static func reason(_ outcome: InvocationOutcome) -> Reason {
        let message = (try? JSONValue(parsing: outcome.payload))?["errorMessage"]?.stringValue
        return Reason(
            failure: .function, code: 200, message: message ?? String(decoding: outcome.payload, as: UTF8.self))
    }

    // MARK: The end

    private func fail(_ record: InvocationRecord, _ function: FunctionRecord, _ reason: Reason) async -> End {
        await self.settle { (call) throws(ServiceError) in
            var next = record
            try call.delete(InvocationDueKey(due: record.due, id: self.id))
            if let due = RetrySchedule.next(&next, after: reason.failure, now: call.now) {
                next.due = due
                try call.put(InvocationKey(id: self.id), next)
                try call.put(InvocationDueKey(due: due, id: self.id), Presence())
                return .again(due)
            }
            try call.delete(InvocationKey(id: self.id))
            return try Self.bury(record, function, reason, in: &call)
        }
    }

    /// Sends the event to the function's dead-letter queue, in the name of its role.
    private static func bury(
        _ record: InvocationRecord, _ function: FunctionRecord, _ reason: Reason, in call: inout Call
    ) throws(ServiceError) -> End {
        guard let target = function.configuration.deadLetterARN else { return .dropped }
        let identities = call.ports.identities
        guard let role = try identities.role(arn: function.configuration.roleARN, in: &call) else { return .dropped }
        let message = OutgoingMessage(
            body: String(decoding: record.payload, as: UTF8.self),
            attributes: [
                "RequestID": record.requestID, "ErrorCode": String(reason.code),
                "ErrorMessage": String(decoding: Array(reason.message.utf8.prefix(1024)), as: UTF8.self),
            ])
        let sink = call.ports.messageSink
        let sent = call.attempt { (call) throws(ServiceError) in
            try call.acting(
                as: role.session(named: record.functionName), account: record.account, region: record.region
            ) { (call) throws(ServiceError) in try sink.send(message, to: target, in: &call) }
        }
        switch sent {
        case .success: return .deadLettered
        case .failure(let error):
            if error.isTransient { throw error }
            return .dropped
        }
    }

    private func end(_ record: InvocationRecord, as end: End) async -> End {
        await self.settle { (call) throws(ServiceError) in
            try call.delete(InvocationDueKey(due: record.due, id: self.id))
            try call.delete(InvocationKey(id: self.id))
            return end
        }
    }

    /// Writes the end down; tries again while the store cannot take it, so that what ran is not run again without need.
    private func settle(_ body: @escaping @Sendable (inout Call) throws(ServiceError) -> End) async -> End {
        while true {
            do throws(ServiceError) {
                return try await self.session.refreshed.write(body)
            } catch {
                _ = await self.pause()
            }
        }
    }

    private func pause() async -> Timestamp {
        await self.host.store.board.pause(milliseconds: 1000, clock: self.host.clock)
        return self.host.clock.now
    }
}
