internal import ApusBase
internal import ApusService
internal import ApusStore

/// One invocation of a durable function, or of a function for an operation, from the store and back.
struct DurableRun: Sendable {
    let key: DurableDueKey
    let invoker: any SynchronousInvocation
    let host: ServiceHost

    private struct Work: Sendable {
        var record: DurableRecord
        var target: FunctionTarget
        var event: IncomingEvent
    }

    private var session: Session { Session(host: self.host, context: CallContext.system(self.host)) }

    func run() async {
        guard let work = await self.settle({ (call) throws(ServiceError) in try self.begin(in: &call) }) else { return }
        let session = self.session.acting(
            as: self.session.context.principal, account: work.target.key.account, region: work.target.key.region)
        let started = self.host.clock.now
        let result: Result<InvocationOutcome, ServiceError>
        do throws(ServiceError) {
            result = .success(try await self.invoker.runOnce(work.target, work.event, in: session))
        } catch {
            result = .failure(error)
        }
        await self.settle { (call) throws(ServiceError) in
            if self.key.operation == 0 {
                try self.end(work, result, started, in: &call)
            } else {
                try self.endOperation(result, in: &call)
            }
        }
    }

    // MARK: Beginning

    /// What to run; nil where that is no more. The function's checkpoints have a token of their own from now on.
    private func begin(in call: inout Call) throws(ServiceError) -> Work? {
        guard try call.contains(self.key) else { return nil }
        let id = self.key.execution
        guard var record = try call.durable(id), record.isRunning else {
            try call.delete(self.key)
            return nil
        }
        if self.key.operation > 0 { return try self.beginOperation(record, in: &call) }
        guard let version = try call.target(record.function, id: record.functionID, qualifier: record.version) else {
            try call.finish(
                &record, "FAILED",
                error: DurableError(
                    type: "ResourceNotFoundException",
                    message: "Function not found: \(record.function.arn(qualifier: record.version))"))
            return nil
        }
        record.token += 1
        record.secret = call.entropy.nextUInt64()
        record.lastClientToken = nil
        record.lastTouched = []
        record.seen = record.change
        try call.put(record)
        let input = try call.get(DurablePayloadKey.input(id))?.text
        let bytes = max(0, DurableLimits.initialStateBytes - (input?.utf8.count ?? 0))
        let (operations, next) = try call.state(
            of: id, after: 0, bytes: bytes, limit: DurableLimits.mostPageItems)
        let payload = DurableInvocationInput.make(
            record, [record.operation(input: input)] + operations, next: next.map { PageMarker.make(String($0)) })
        var target = version
        target.qualifier = record.qualifier
        return Work(
            record: record, target: target,
            event: IncomingEvent(
                payload: payload, requestID: call.entropy.uuid(), trace: record.trace, tenant: record.tenant))
    }

    private func beginOperation(_ record: DurableRecord, in call: inout Call) throws(ServiceError) -> Work? {
        let key = DurableOperationKey(execution: record.id, number: self.key.operation)
        guard let operation = try call.get(key), !operation.isOver, let name = operation.target else {
            try call.delete(self.key)
            return nil
        }
        let found = call.attempt { (call) throws(ServiceError) in
            try call.chainedTarget(name, of: record, tenant: operation.tenant)
        }
        let target: FunctionTarget
        switch found {
        case .success(let value): target = value
        case .failure(let error):
            if error.isTransient { throw error }
            try call.complete(
                record.id, self.key.operation, status: "FAILED",
                error: DurableError(type: error.answer.code, message: error.answer.message))
            return nil
        }
        let trace = try call.target(record.function, id: record.functionID, qualifier: record.version)?
            .trace(after: record.trace, self.host)
        return Work(
            record: record, target: target,
            event: IncomingEvent(
                payload: Array((operation.input ?? "{}").utf8), requestID: call.entropy.uuid(), trace: trace,
                tenant: operation.tenant))
    }

    // MARK: The end

    private func end(
        _ work: Work, _ result: Result<InvocationOutcome, ServiceError>, _ started: Timestamp, in call: inout Call
    ) throws(ServiceError) {
        guard var record = try call.durable(self.key.execution) else { return }
        var event = DurableEventRecord("InvocationCompleted", at: call.now)
        event.at = started
        event.text = work.event.requestID
        var answer: DurableAnswer?
        switch result {
        case .success(let outcome) where outcome.functionError == nil: answer = DurableAnswer(outcome.payload)
        case .success(let outcome): event.error = Self.error(of: outcome)
        case .failure(let error):
            event.error = DurableError(type: error.answer.code, message: error.answer.message)
        }
        try call.note(event, in: &record)
        guard record.isRunning else { return try call.put(record) }
        try call.delete(self.key)
        record.due = nil
        switch answer {
        case nil:
            record.failures += 1
            try call.schedule(&record, at: call.now + RetrySchedule.systemPause(after: record.failures))
            try call.put(record)
        case .pending:
            record.failures = 0
            try self.suspend(&record, since: work.record.change, in: &call)
        case .succeeded(let text):
            guard (text?.utf8.count ?? 0) <= DurableLimits.inputBytes else {
                let error = DurableError(type: "PayloadTooLarge", message: "The execution's result is too large.")
                return try call.finish(&record, "FAILED", error: error)
            }
            try call.finish(&record, "SUCCEEDED", result: text ?? "")
        case .failed(let error): try call.finish(&record, "FAILED", error: error)
        case .invalid(let sentence):
            try call.finish(
                &record, "FAILED", error: DurableError(type: "InvalidParameterValueException", message: sentence))
        }
    }

    /// The function waits for something: which may have happened while it ran, even if a checkpoint told it, since a branch of
    /// it may have been over by then.
    private func suspend(
        _ record: inout DurableRecord, since change: UInt64, in call: inout Call
    ) throws(ServiceError) {
        if record.change > change {
            try call.schedule(&record, at: call.now)
            return try call.put(record)
        }
        let open = try call.openOperations(of: &record)
        guard open.awaited > 0 || open.ready > 0 else {
            let sentence = "Cannot return PENDING status with no pending operations."
            return try call.finish(
                &record, "FAILED", error: DurableError(type: "InvalidParameterValueException", message: sentence))
        }
        if open.ready > 0 { try call.schedule(&record, at: call.now) }
        try call.put(record)
    }

    private func endOperation(
        _ result: Result<InvocationOutcome, ServiceError>, in call: inout Call
    ) throws(ServiceError) {
        let (execution, number) = (self.key.execution, self.key.operation)
        guard try call.contains(self.key) else { return }
        try call.delete(self.key)
        switch result {
        case .success(let outcome) where outcome.functionError == nil:
            try call.complete(
                execution, number, status: "SUCCEEDED", result: String(decoding: outcome.payload, as: UTF8.self))
        case .success(let outcome):
            try call.complete(execution, number, status: "FAILED", error: Self.error(of: outcome))
        case .failure:
            let key = DurableOperationKey(execution: execution, number: number)
            guard let record = try call.durable(execution), record.isRunning, var operation = try call.get(key),
                !operation.isOver
            else { return }
            operation.failures += 1
            let next = call.now + RetrySchedule.systemPause(after: operation.failures)
            operation.next = next
            try call.put(key, operation)
            try call.wakeDurable(DurableDueKey(due: next, execution: execution, operation: number))
        }
    }

    private static func error(of outcome: InvocationOutcome) -> DurableError {
        let value = try? JSONValue(parsing: outcome.payload)
        var error = DurableError(
            type: value?["errorType"]?.stringValue ?? "Error", message: value?["errorMessage"]?.stringValue ?? "")
        error.stack = value?["stackTrace"]?.arrayValue?.compactMap(\.stringValue)
        return error
    }

    /// Runs a transaction, again while the store cannot take it.
    @discardableResult
    private func settle<Value: Sendable>(
        _ body: @escaping @Sendable (inout Call) throws(ServiceError) -> Value
    ) async -> Value {
        while true {
            do throws(ServiceError) {
                return try await self.session.write(body)
            } catch {
                await self.host.store.board.pause(milliseconds: 1000, clock: self.host.clock)
            }
        }
    }
}
