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
    struct Reason: Sendable {
        var failure: RetrySchedule.Failure
        var code: Int
        var message: String
        /// What the function answered; nil where it did not run.
        var outcome: InvocationOutcome?
    }
    private struct Work: Sendable {
        var record: InvocationRecord
        /// nil: the function is no more.
        var target: FunctionTarget?
        /// The version or alias is no more; `target` is `$LATEST`, whose dead-letter queue is told in the end.
        var isQualifierGone = false
        var limits: RetrySchedule.Limits
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
        guard let target = work.target else { return await self.end(work.record, as: .gone) }
        if self.host.clock.now > work.record.enqueued + work.limits.maximumAgeMilliseconds {
            let reason = Reason(failure: .system, code: 408, message: "The event is older than it may be.")
            return await self.settle(work.record, target) { (call) throws(ServiceError) in
                guard try self.remove(work.record, in: &call) else { return .gone }
                return try Self.giveUp(
                    EventOutlet(record: work.record, target: target), .eventAgeExceeded, reason, in: &call)
            }
        }
        if work.isQualifierGone {
            let message = "Function not found: \(target.key.arn(qualifier: work.record.qualifier))"
            return await self.fail(work, target, Reason(failure: .system, code: 404, message: message))
        }
        if target.isLoop(work.record.trace) {
            let reason = Reason(failure: .system, code: 400, message: LambdaError.loop.answer.message)
            return await self.settle(work.record, target) { (call) throws(ServiceError) in
                guard try self.remove(work.record, in: &call) else { return .gone }
                let outlet = EventOutlet(record: work.record, target: target)
                return try Self.giveUp(outlet, .retriesExhausted, reason, in: &call)
            }
        }
        let session = self.session.acting(
            as: self.session.context.principal, account: work.record.account, region: work.record.region)
        do throws(ServiceError) {
            let outcome = try await self.invoker.run(target, work.record.event, in: session)
            guard outcome.functionError != nil else { return await self.succeed(work.record, target, outcome) }
            return await self.fail(work, target, Self.reason(outcome))
        } catch {
            let answer = error.answer
            return await self.fail(
                work, target, Reason(failure: .system, code: answer.status, message: answer.message))
        }
    }

    private func load() throws(ServiceError) -> Work? {
        try self.session.read { (call) throws(ServiceError) in
            guard let record = try call.get(InvocationKey(id: self.id)) else { return nil }
            let target = try call.target(
                record.functionKey, id: record.function, qualifier: record.qualifier, choosing: .weighted)
            let limits = try call.get(record.settingsKey)?.retryLimits ?? RetrySchedule.Limits()
            if let target { return Work(record: record, target: target, limits: limits) }
            let latest = try call.target(record.functionKey, id: record.function, qualifier: nil)
            return Work(record: record, target: latest, isQualifierGone: true, limits: limits)
        }
    }

    static func reason(_ outcome: InvocationOutcome) -> Reason {
        let message = (try? JSONValue(parsing: outcome.payload))?["errorMessage"]?.stringValue
        return Reason(
            failure: .function, code: 200, message: message ?? String(decoding: outcome.payload, as: UTF8.self),
            outcome: outcome)
    }

    // MARK: The end

    private func succeed(
        _ record: InvocationRecord, _ target: FunctionTarget, _ outcome: InvocationOutcome
    ) async -> End {
        await self.settle(record, target) { (call) throws(ServiceError) in
            guard try self.remove(record, in: &call) else { return .gone }
            _ = try EventOutlet(record: record, target: target).tell(.success, outcome, in: &call)
            return .delivered
        }
    }

    private func fail(_ work: Work, _ target: FunctionTarget, _ reason: Reason) async -> End {
        await self.settle(work.record, target) { (call) throws(ServiceError) in
            var next = work.record
            guard try self.remove(work.record, in: &call) else { return .gone }
            switch RetrySchedule.next(&next, after: reason.failure, limits: work.limits, now: call.now) {
            case .retry(let due):
                next.due = due
                try call.put(InvocationKey(id: self.id), next)
                try call.put(InvocationDueKey(due: due, id: self.id), DueEvent(function: next.function))
                try call.put(InvocationOfFunctionKey(function: next.function, id: self.id), Presence())
                return .again(due)
            case .over(let condition):
                return try Self.giveUp(EventOutlet(record: next, target: target), condition, reason, in: &call)
            }
        }
    }

    /// Tells the destination for failures and the dead-letter queue.
    static func giveUp(
        _ outlet: EventOutlet, _ condition: DestinationRecord.Condition, _ reason: Reason, in call: inout Call
    ) throws(ServiceError) -> End {
        let isTold = try outlet.tell(condition, reason.outcome, in: &call) ?? false
        let isBuried = try Self.bury(outlet, reason, in: &call)
        return isTold || isBuried ? .deadLettered : .dropped
    }

    /// Sends the event to the function's dead-letter queue; whether that has it.
    private static func bury(_ outlet: EventOutlet, _ reason: Reason, in call: inout Call) throws(ServiceError) -> Bool
    {
        guard let target = outlet.target.record.configuration.deadLetterARN else { return false }
        let message = OutgoingMessage(
            body: String(decoding: outlet.record.payload, as: UTF8.self),
            attributes: [
                "RequestID": outlet.record.requestID, "ErrorCode": String(reason.code),
                "ErrorMessage": String(decoding: Array(reason.message.utf8.prefix(1024)), as: UTF8.self),
            ])
        return try outlet.send(message, to: target, in: &call)
    }

    private func end(_ record: InvocationRecord, as end: End) async -> End {
        await self.settle(record, nil) { (call) throws(ServiceError) in
            _ = try self.remove(record, in: &call)
            return end
        }
    }

    /// Takes the event out of the store; false where it was gone with its function.
    private func remove(_ record: InvocationRecord, in call: inout Call) throws(ServiceError) -> Bool {
        guard try call.get(InvocationKey(id: self.id)) != nil else { return false }
        try call.delete(InvocationDueKey(due: record.due, id: self.id))
        try call.delete(InvocationKey(id: self.id))
        try call.delete(InvocationOfFunctionKey(function: record.function, id: self.id))
        return true
    }

    /// Writes the end down; tries again while the store cannot take it, so that what ran is not run again without need.
    /// What it tells others is caused by the invocation.
    private func settle(
        _ record: InvocationRecord, _ target: FunctionTarget?,
        _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> End
    ) async -> End {
        var session = self.session
        session.context.trace = target?.trace(after: record.trace, self.host)
        while true {
            do throws(ServiceError) {
                return try await session.refreshed.write(body)
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
