internal import ApusBase
internal import ApusService
internal import ApusStore

/// How durable executions go on. Each change is one transaction's; what waits is a timer or an entry under a time.
extension Call {
    mutating func durable(_ id: UInt64) throws(ServiceError) -> DurableRecord? {
        try self.get(DurableExecutionKey(id: id))
    }

    mutating func put(_ record: DurableRecord) throws(ServiceError) {
        try self.put(DurableExecutionKey(id: record.id), record)
    }

    /// The execution under an ARN. Errors: ResourceNotFoundException.
    mutating func durable(arn: String) throws(ServiceError) -> DurableRecord {
        guard let uuid = arn.split(separator: "/").last, let id = DurableRecord.id(String(uuid)),
            let record = try self.durable(id), record.arn == arn
        else { throw LambdaError.resourceNotFound("Durable execution not found: \(arn)") }
        return record
    }

    func durableDemand(_ action: String, arn: String) -> Demand {
        Demand(action, on: arn, account: ARN(arn)?.account ?? self.account)
    }

    mutating func note(_ event: DurableEventRecord, in record: inout DurableRecord) throws(ServiceError) {
        record.events += 1
        var event = event
        if event.result?.utf8.count ?? 0 > DurableLimits.payloadBytes {
            event.result = nil
            event.isTruncated = true
        }
        try self.put(DurableEventKey(execution: record.id, number: record.events), event)
    }

    /// Has the function run at a time, unless it is about to already.
    mutating func schedule(_ record: inout DurableRecord, at due: Timestamp) throws(ServiceError) {
        guard record.isRunning, record.due == nil else { return }
        record.due = due
        try self.wakeDurable(DurableDueKey(due: due, execution: record.id))
    }

    mutating func wakeDurable(_ key: DurableDueKey) throws(ServiceError) {
        try self.put(key, Presence())
        self.signal(DurableExecutions.channel)
    }

    // MARK: Beginning

    /// Begins an execution.
    mutating func begin(
        _ target: FunctionTarget, _ event: IncomingEvent, name: String?, isAsynchronous: Bool, parent: DurableParent?
    ) throws(ServiceError) -> DurableRecord {
        guard let settings = target.record.configuration.durable else {
            throw LambdaError.invalidParameterValue("The function is not a durable function.")
        }
        try target.checkTenant(event.tenant)
        guard event.payload.count <= DurableLimits.inputBytes else {
            throw LambdaError.requestTooLarge(
                "\(event.payload.count) byte payload is too large for a durable execution (limit "
                    + "\(DurableLimits.inputBytes) bytes)")
        }
        var record = DurableRecord(
            function: target.key, functionID: target.record.id, qualifier: target.qualifier,
            version: target.record.versionName, name: name ?? self.entropy.uuid(), uuid: self.entropy.uuid(),
            started: self.now, timeoutSeconds: settings.timeoutSeconds, retentionDays: settings.retentionDays,
            requestID: event.requestID, trace: event.trace, isAsynchronous: isAsynchronous, parent: parent)
        record.tenant = event.tenant
        let id = record.id
        let input = String(decoding: event.payload, as: UTF8.self)
        try self.put(DurablePayloadKey.input(id), DurablePayload(text: input))
        try self.put(DurableNameKey(function: record.functionID, name: record.name), DurableNumber(id))
        try self.put(DurableOfFunctionKey(function: record.functionID, started: self.now, id: id), Presence())
        var started = DurableEventRecord("ExecutionStarted", at: self.now)
        started.id = record.uuid
        started.name = record.name
        started.result = input
        started.seconds = settings.timeoutSeconds
        try self.note(started, in: &record)
        try self.setTimer(
            .lambdaDurable, due: self.now.adding(seconds: Int64(settings.timeoutSeconds)),
            payload: DurableTimer(.timeout, id).bytes)
        try self.schedule(&record, at: self.now)
        try self.put(record)
        return record
    }

    // MARK: The end

    /// Ends an execution and tells whoever waits for it. What its operations still invoke is dropped when it is due or over.
    mutating func finish(
        _ record: inout DurableRecord, _ status: String, result: String? = nil, error: DurableError? = nil
    ) throws(ServiceError) {
        guard record.isRunning else { return }
        let id = record.id
        record.status = status
        record.error = error
        record.ended = self.now
        if let due = record.due { try self.delete(DurableDueKey(due: due, execution: id)) }
        record.due = nil
        if let result { try self.put(DurablePayloadKey.result(id), DurablePayload(text: result)) }
        let types = [
            "SUCCEEDED": "ExecutionSucceeded", "FAILED": "ExecutionFailed", "TIMED_OUT": "ExecutionTimedOut",
            "STOPPED": "ExecutionStopped",
        ]
        var event = DurableEventRecord(types[status] ?? status, at: self.now)
        event.id = record.uuid
        event.name = record.name
        event.result = result
        event.error = error
        try self.note(event, in: &record)
        try self.setTimer(
            .lambdaDurable, due: self.now + Int64(record.retentionDays) * Timestamp.dayMilliseconds,
            payload: DurableTimer(.expiry, id).bytes)
        try self.put(record)
        self.signal(Channel(DurableExecutionKey(id: id), wakesAll: true))
        if let parent = record.parent { try self.tell(parent, record, result: result) }
        if record.isAsynchronous { try self.tellDestination(record, result: result) }
    }

    private mutating func tell(
        _ parent: DurableParent, _ child: DurableRecord, result: String?
    ) throws(ServiceError) {
        try self.complete(parent.execution, parent.operation, status: child.status, result: result, error: child.error)
    }

    /// The destination and the dead-letter queue of an asynchronous invocation.
    private mutating func tellDestination(_ record: DurableRecord, result: String?) throws(ServiceError) {
        let target = try self.target(record.function, id: record.functionID, qualifier: record.qualifier)
        guard let target else { return }
        let input = try self.get(DurablePayloadKey.input(record.id))?.text ?? ""
        let event = InvocationRecord(
            function: record.function, id: record.functionID, qualifier: record.qualifier,
            event: IncomingEvent(
                payload: Array(input.utf8), requestID: record.requestID, trace: record.trace, tenant: record.tenant),
            enqueued: record.started)
        let outlet = EventOutlet(record: event, target: target)
        let outcome = record.outcome(result: result)
        if record.status == "SUCCEEDED" {
            _ = try outlet.tell(.success, outcome, in: &self)
        } else {
            _ = try AsyncDelivery.giveUp(outlet, .retriesExhausted, AsyncDelivery.reason(outcome), in: &self)
        }
    }

    // MARK: What operations wait for

    /// Ends an operation from outside the function, which then runs again. Nothing where it is over.
    mutating func complete(
        _ execution: UInt64, _ number: UInt64, status: String, result: String? = nil, error: DurableError? = nil
    ) throws(ServiceError) {
        let key = DurableOperationKey(execution: execution, number: number)
        guard var record = try self.durable(execution), record.isRunning, var operation = try self.get(key),
            !operation.isOver
        else { return }
        let before = operation
        if operation.type == "CHAINED_INVOKE", let next = operation.next {
            try self.delete(DurableDueKey(due: next, execution: execution, operation: number))
        }
        operation.status = status
        operation.ended = self.now
        operation.result = result
        operation.error = error
        try self.note(operation.endEvent(at: self.now), in: &record)
        try self.putChanged(key, operation, before: before, in: &record)
        try self.schedule(&record, at: self.now)
        try self.put(record)
    }

    /// What a timer was set for.
    mutating func durableTimer(_ timer: DurableTimer) throws(ServiceError) {
        guard var record = try self.durable(timer.execution) else { return }
        switch timer.kind {
        case .expiry: try self.forget(record)
        case .timeout:
            let sentence = "The execution timed out after \(record.timeoutSeconds) seconds."
            try self.finish(
                &record, "TIMED_OUT", error: DurableError(type: "ExecutionTimedOut", message: sentence))
        case .operation:
            let key = DurableOperationKey(execution: timer.execution, number: timer.operation)
            guard record.isRunning, var operation = try self.get(key), !operation.isOver else { return }
            switch operation.type {
            case "WAIT":
                if let next = operation.next, next <= self.now {
                    try self.complete(timer.execution, timer.operation, status: "SUCCEEDED")
                }
            case "STEP":
                guard operation.status == "PENDING", let next = operation.next, next <= self.now else { return }
                let before = operation
                operation.status = "READY"
                try self.putChanged(key, operation, before: before, in: &record)
                try self.schedule(&record, at: self.now)
                try self.put(record)
            case "CALLBACK": try self.checkCallback(timer, operation)
            default: break
            }
        }
    }

    private mutating func checkCallback(
        _ timer: DurableTimer, _ operation: DurableOperationRecord
    ) throws(ServiceError) {
        let sentence: String
        if let end = operation.next, end <= self.now {
            sentence = "Callback timed out"
        } else if let end = operation.heartbeat {
            guard end <= self.now else {
                try self.setTimer(.lambdaDurable, due: end, payload: timer.bytes)
                return
            }
            sentence = "Callback timed out on heartbeat"
        } else {
            return
        }
        try self.complete(
            timer.execution, timer.operation, status: "TIMED_OUT",
            error: DurableError(type: "Callback.Timeout", message: sentence))
    }

    /// Everything of an execution whose retention is over.
    private mutating func forget(_ record: DurableRecord) throws(ServiceError) {
        guard !record.isRunning else { return }
        let id = record.id
        try self.clear(DurablePayloadKey.all(id))
        try self.clear(DurableOperationKey.all(id))
        try self.clear(DurableOperationIDKey.all(id))
        try self.clear(DurableEventKey.all(id))
        try self.clear(DurableChangeKey.all(id))
        let name = DurableNameKey(function: record.functionID, name: record.name)
        if try self.get(name)?.number == id { try self.delete(name) }
        try self.delete(DurableOfFunctionKey(function: record.functionID, started: record.started, id: id))
        try self.delete(DurableExecutionKey(id: id))
    }
}

extension DurableOperationRecord {
    /// What the history says of its end.
    func endEvent(at time: Timestamp) -> DurableEventRecord {
        let words = [
            "CONTEXT": "Context", "STEP": "Step", "WAIT": "Wait", "CALLBACK": "Callback",
            "CHAINED_INVOKE": "ChainedInvoke",
        ]
        let ends = [
            "SUCCEEDED": "Succeeded", "FAILED": "Failed", "CANCELLED": "Cancelled", "TIMED_OUT": "TimedOut",
            "STOPPED": "Stopped",
        ]
        var event = DurableEventRecord(
            (words[self.type] ?? self.type) + (ends[self.status] ?? self.status), at: time, of: self)
        event.result = self.result
        event.error = self.error
        event.seconds = self.seconds
        event.attempt = self.attempt
        return event
    }
}
