internal import ApusBase
internal import ApusService
internal import ApusStore

/// What a checkpoint does to operations.
///
/// Source: the state transitions of AWS's specification for SDKs of durable functions, section 4.
extension Call {
    /// Applies one update and answers the number of its operation; nil where it was the execution's own end.
    mutating func apply(_ update: OperationUpdate, to record: inout DurableRecord) throws(ServiceError) -> UInt64? {
        let size = (update.payload?.utf8.count ?? 0) + (update.error.map { DurableError($0).size } ?? 0)
        if update.type == "EXECUTION" {
            guard size <= DurableLimits.inputBytes else {
                throw LambdaError.invalidParameterValue("The execution's result is too large.")
            }
            try self.end(update, &record)
            return nil
        }
        guard size <= DurableLimits.payloadBytes else {
            throw LambdaError.invalidParameterValue(
                "\(update.type) payload size must be less than or equal to \(DurableLimits.payloadBytes) bytes.")
        }
        record.bytes += size
        let id = DurableOperationIDKey(execution: record.id, id: update.id)
        let number: UInt64
        var operation: DurableOperationRecord
        var before: DurableOperationRecord?
        if let known = try self.get(id)?.number,
            let found = try self.get(DurableOperationKey(execution: record.id, number: known))
        {
            (number, operation, before) = (known, found, found)
            guard operation.type == update.type else {
                throw LambdaError.invalidParameterValue("Operation \(update.id) is of another type.")
            }
            guard !operation.isOver else {
                throw LambdaError.invalidParameterValue("Operation \(update.id) is over already.")
            }
            try self.move(&operation, number, update, &record)
        } else {
            record.operations += 1
            guard record.operations <= DurableLimits.operations, record.bytes <= DurableLimits.bytes else {
                throw LambdaError.invalidParameterValue("The execution has more operations or data than it may have.")
            }
            if let parent = update.parentId {
                guard try self.contains(DurableOperationIDKey(execution: record.id, id: parent)) else {
                    throw LambdaError.invalidParameterValue("Invalid parent operation id.")
                }
            }
            number = record.operations
            operation = DurableOperationRecord(update, started: self.now)
            try self.put(id, DurableNumber(number))
            try self.start(&operation, number, update, &record)
            if update.action != "START" { try self.move(&operation, number, update, &record) }
        }
        let key = DurableOperationKey(execution: record.id, number: number)
        try self.put(key, operation, before: before, in: &record)
        return number
    }

    private mutating func end(_ update: OperationUpdate, _ record: inout DurableRecord) throws(ServiceError) {
        switch update.action {
        case "SUCCEED": try self.finish(&record, "SUCCEEDED", result: update.payload ?? "")
        case "FAIL":
            let error = update.error.map { DurableError($0) } ?? DurableError(type: "Error", message: "")
            try self.finish(&record, "FAILED", error: error)
        default: throw LambdaError.invalidParameterValue("Invalid action \(update.action) for EXECUTION.")
        }
    }

    /// A new operation. Its first event is that it started, whatever else the update says.
    private mutating func start(
        _ operation: inout DurableOperationRecord, _ number: UInt64, _ update: OperationUpdate,
        _ record: inout DurableRecord
    ) throws(ServiceError) {
        let timer = DurableTimer(.operation, record.id, operation: number)
        switch update.type {
        case "CONTEXT": try self.note(DurableEventRecord("ContextStarted", at: self.now, of: operation), in: &record)
        case "STEP": try self.note(DurableEventRecord("StepStarted", at: self.now, of: operation), in: &record)
        case "WAIT":
            guard update.action == "START", let seconds = update.waitOptions?.waitSeconds else {
                throw LambdaError.invalidParameterValue("A WAIT operation starts with WaitOptions.")
            }
            operation.seconds = seconds
            let end = self.now.adding(seconds: Int64(seconds))
            operation.next = end
            try self.setTimer(.lambdaDurable, due: end, payload: timer.bytes)
            var event = DurableEventRecord("WaitStarted", at: self.now, of: operation)
            event.seconds = seconds
            event.at = end
            try self.note(event, in: &record)
        case "CALLBACK":
            guard update.action == "START" else {
                throw LambdaError.invalidParameterValue("Invalid action \(update.action) for CALLBACK.")
            }
            try self.startCallback(&operation, number, update, &record)
        case "CHAINED_INVOKE":
            guard update.action == "START", let options = update.chainedInvokeOptions else {
                throw LambdaError.invalidParameterValue("A CHAINED_INVOKE operation starts with ChainedInvokeOptions.")
            }
            operation.target = options.functionName
            operation.tenant = options.tenantId
            operation.input = update.payload
            try self.startInvocation(&operation, number, options.functionName, &record)
        default: throw LambdaError.invalidParameterValue("Invalid operation type \(update.type).")
        }
    }

    private mutating func startCallback(
        _ operation: inout DurableOperationRecord, _ number: UInt64, _ update: OperationUpdate,
        _ record: inout DurableRecord
    ) throws(ServiceError) {
        let timer = DurableTimer(.operation, record.id, operation: number)
        operation.secret = self.entropy.nextUInt64()
        operation.heartbeatSeconds = update.callbackOptions?.heartbeatTimeoutSeconds ?? 0
        operation.seconds = update.callbackOptions?.timeoutSeconds ?? 0
        if operation.seconds > 0 {
            let end = self.now.adding(seconds: Int64(operation.seconds))
            operation.next = end
            try self.setTimer(.lambdaDurable, due: end, payload: timer.bytes)
        }
        if operation.heartbeatSeconds > 0 {
            let end = self.now.adding(seconds: Int64(operation.heartbeatSeconds))
            operation.heartbeat = end
            try self.setTimer(.lambdaDurable, due: end, payload: timer.bytes)
        }
        var event = DurableEventRecord("CallbackStarted", at: self.now, of: operation)
        event.text = DurableTicket.make([record.id, number, operation.secret])
        event.seconds = operation.seconds
        event.heartbeatSeconds = operation.heartbeatSeconds
        try self.note(event, in: &record)
    }

    /// Invokes another function in the name of this one's role. One that may not be invoked fails the operation.
    private mutating func startInvocation(
        _ operation: inout DurableOperationRecord, _ number: UInt64, _ name: String, _ record: inout DurableRecord
    ) throws(ServiceError) {
        let (payload, tenant, caller) = (operation.input, operation.tenant, record)
        var event = DurableEventRecord("ChainedInvokeStarted", at: self.now, of: operation)
        event.text = name
        event.result = payload
        event.tenant = tenant
        let trace = try self.target(caller.function, id: caller.functionID, qualifier: caller.version)?
            .trace(after: caller.trace, self.host)
        let parent = DurableParent(execution: caller.id, operation: number)
        let found = self.attempt { (call) throws(ServiceError) -> (version: String, execution: String?) in
            let target = try call.chainedTarget(name, of: caller, tenant: tenant)
            guard !target.isLoop(trace) else { throw LambdaError.loop }
            guard target.record.configuration.durable != nil else { return (target.record.versionName, nil) }
            try DurableExecutions.checkQualifier(target)
            let input = IncomingEvent(
                payload: Array((payload ?? "{}").utf8), requestID: call.entropy.uuid(), trace: trace,
                tenant: tenant)
            let child = try call.begin(target, input, name: nil, isAsynchronous: false, parent: parent)
            return (target.record.versionName, child.arn)
        }
        switch found {
        case .success(let (version, execution)):
            event.version = version
            event.execution = execution
            try self.note(event, in: &record)
            guard execution == nil else { return }
            operation.next = self.now
            try self.wakeDurable(DurableDueKey(due: self.now, execution: record.id, operation: number))
        case .failure(let error):
            if error.isTransient { throw error }
            try self.note(event, in: &record)
            operation.status = "FAILED"
            operation.ended = self.now
            operation.error = DurableError(type: error.answer.code, message: error.answer.message)
            try self.note(operation.endEvent(at: self.now), in: &record)
        }
    }

    /// The function that another invokes, once its role may. Errors: AccessDeniedException; ResourceNotFoundException;
    /// InvalidParameterValueException for a tenant that is missing or one too many.
    mutating func chainedTarget(
        _ name: String, of caller: DurableRecord, tenant: String?
    ) throws(ServiceError) -> FunctionTarget {
        guard let function = try self.target(caller.function, id: caller.functionID, qualifier: caller.version) else {
            throw caller.function.notFound(caller.version)
        }
        let identities = self.ports.identities
        guard let role = try identities.role(arn: function.record.configuration.roleARN, in: &self) else {
            throw LambdaError.resourceNotFound("The function's role is no more.")
        }
        let target = try self.acting(
            as: role.session(named: caller.function.name), account: caller.function.account,
            region: caller.function.region
        ) { (call) throws(ServiceError) in try Invoke.find(name, nil, in: &call) }
        try target.checkTenant(tenant)
        return target
    }

    /// An operation that has started already.
    private mutating func move(
        _ operation: inout DurableOperationRecord, _ number: UInt64, _ update: OperationUpdate,
        _ record: inout DurableRecord
    ) throws(ServiceError) {
        switch (operation.type, update.action) {
        case ("STEP", "START") where operation.status != "PENDING":
            operation.status = "STARTED"
            operation.next = nil
            try self.note(DurableEventRecord("StepStarted", at: self.now, of: operation), in: &record)
        case ("CONTEXT", "START"): break
        case ("STEP", "SUCCEED"), ("CONTEXT", "SUCCEED"), ("STEP", "FAIL"), ("CONTEXT", "FAIL"):
            operation.status = update.action == "SUCCEED" ? "SUCCEEDED" : "FAILED"
            operation.ended = self.now
            operation.result = update.payload
            operation.error = update.error.map { DurableError($0) }
            operation.replaysChildren = update.contextOptions?.replayChildren == true
            operation.next = nil
            if operation.type == "STEP" { operation.attempt += 1 }
            try self.note(operation.endEvent(at: self.now), in: &record)
        case ("STEP", "RETRY"):
            let delay = update.stepOptions?.nextAttemptDelaySeconds ?? 1
            let next = self.now.adding(seconds: Int64(delay))
            operation.status = "PENDING"
            operation.attempt += 1
            operation.next = next
            operation.result = update.payload
            operation.error = update.error.map { DurableError($0) }
            try self.setTimer(
                .lambdaDurable, due: next, payload: DurableTimer(.operation, record.id, operation: number).bytes)
            let type = update.error == nil ? "StepSucceeded" : "StepFailed"
            var event = DurableEventRecord(type, at: self.now, of: operation)
            event.result = operation.result
            event.error = operation.error
            event.attempt = operation.attempt
            event.seconds = delay
            try self.note(event, in: &record)
        case ("WAIT", "CANCEL"):
            operation.status = "CANCELLED"
            operation.ended = self.now
            operation.error = update.error.map { DurableError($0) }
            try self.note(operation.endEvent(at: self.now), in: &record)
        default:
            throw LambdaError.invalidParameterValue(
                "Invalid action \(update.action) for \(update.type) in status \(operation.status).")
        }
    }
}
