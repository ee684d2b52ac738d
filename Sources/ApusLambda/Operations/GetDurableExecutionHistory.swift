package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionHistory.html
package enum GetDurableExecutionHistory: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: GetDurableExecutionHistoryInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(call.durableDemand("lambda:GetDurableExecutionHistory", arn: input.durableExecutionArn))
    }

    package static func perform(
        _ input: GetDurableExecutionHistoryInput, in call: inout Call
    ) throws(ServiceError) -> GetDurableExecutionHistoryOutput {
        let record = try call.durable(arn: input.durableExecutionArn)
        let isReversed = input.reverseOrder == true
        var range = DurableEventKey.all(record.id)
        if let last = try PageMarker.readNumber(input.marker) {
            let key = DurableEventKey(execution: record.id, number: last)
            range = isReversed ? range.before(key) : range.after(key)
        }
        let limit = DurableLimits.items(input.maxItems)
        var events: [Event] = []
        var size = 0
        var last: UInt64?
        var isMore = false
        try call.scan(range, direction: isReversed ? .backward : .forward) { key, event in
            let bytes = 200 + (event.result?.utf8.count ?? 0) + (event.error?.size ?? 0)
            if events.count == limit || !events.isEmpty && size + bytes > DurableLimits.pageBytes {
                isMore = true
                return .stop
            }
            size += bytes
            last = key.number
            events.append(event.answer(key.number, hasData: input.includeExecutionData ?? true))
            return .next
        }
        let next = isMore ? last.map { PageMarker.make(String($0)) } : nil
        return GetDurableExecutionHistoryOutput(events: events, nextMarker: next)
    }
}

extension DurableEventRecord {
    /// The event as the history has it.
    func answer(_ number: UInt64, hasData: Bool) -> Event {
        var event = Event(
            eventType: self.type, subType: self.subType, eventId: Int(number), id: self.id, name: self.name,
            eventTimestamp: self.time, parentId: self.parentID)
        let result = EventResult(payload: hasData ? self.result : nil, truncated: self.isTruncated)
        let error = EventError(payload: hasData ? self.error?.answer : nil, truncated: false)
        let input = EventInput(payload: hasData ? self.result : nil, truncated: self.isTruncated)
        let delay = self.seconds > 0 ? self.seconds : nil
        let retry = RetryDetails(currentAttempt: self.attempt, nextAttemptDelaySeconds: delay)
        switch self.type {
        case "ExecutionStarted":
            event.executionStartedDetails = ExecutionStartedDetails(input: input, executionTimeout: self.seconds)
        case "ExecutionSucceeded": event.executionSucceededDetails = ExecutionSucceededDetails(result: result)
        case "ExecutionFailed": event.executionFailedDetails = ExecutionFailedDetails(error: error)
        case "ExecutionTimedOut": event.executionTimedOutDetails = ExecutionTimedOutDetails(error: error)
        case "ExecutionStopped": event.executionStoppedDetails = ExecutionStoppedDetails(error: error)
        case "ContextStarted": event.contextStartedDetails = ContextStartedDetails()
        case "ContextSucceeded": event.contextSucceededDetails = ContextSucceededDetails(result: result)
        case "ContextFailed": event.contextFailedDetails = ContextFailedDetails(error: error)
        case "WaitStarted":
            event.waitStartedDetails = WaitStartedDetails(
                duration: self.seconds, scheduledEndTimestamp: self.at ?? self.time)
        case "WaitSucceeded": event.waitSucceededDetails = WaitSucceededDetails(duration: self.seconds)
        case "WaitCancelled":
            event.waitCancelledDetails = WaitCancelledDetails(error: self.error == nil ? nil : error)
        case "StepStarted": event.stepStartedDetails = StepStartedDetails()
        case "StepSucceeded":
            event.stepSucceededDetails = StepSucceededDetails(result: result, retryDetails: retry)
        case "StepFailed": event.stepFailedDetails = StepFailedDetails(error: error, retryDetails: retry)
        case "InvocationCompleted":
            event.invocationCompletedDetails = InvocationCompletedDetails(
                startTimestamp: self.at ?? self.time, endTimestamp: self.time, requestId: self.text ?? "",
                error: self.error == nil ? nil : error)
        default: self.addWaiting(to: &event, result, error, input)
        }
        return event
    }

    private func addWaiting(
        to event: inout Event, _ result: EventResult, _ error: EventError, _ input: EventInput
    ) {
        switch self.type {
        case "CallbackStarted":
            event.callbackStartedDetails = CallbackStartedDetails(
                callbackId: self.text ?? "", heartbeatTimeout: self.heartbeatSeconds, timeout: self.seconds)
        case "CallbackSucceeded": event.callbackSucceededDetails = CallbackSucceededDetails(result: result)
        case "CallbackFailed": event.callbackFailedDetails = CallbackFailedDetails(error: error)
        case "CallbackTimedOut": event.callbackTimedOutDetails = CallbackTimedOutDetails(error: error)
        case "ChainedInvokeStarted":
            event.chainedInvokeStartedDetails = ChainedInvokeStartedDetails(
                functionName: self.text ?? "", tenantId: self.tenant, input: input, executedVersion: self.version,
                durableExecutionArn: self.execution)
        case "ChainedInvokeSucceeded":
            event.chainedInvokeSucceededDetails = ChainedInvokeSucceededDetails(result: result)
        case "ChainedInvokeFailed": event.chainedInvokeFailedDetails = ChainedInvokeFailedDetails(error: error)
        case "ChainedInvokeTimedOut": event.chainedInvokeTimedOutDetails = ChainedInvokeTimedOutDetails(error: error)
        case "ChainedInvokeStopped": event.chainedInvokeStoppedDetails = ChainedInvokeStoppedDetails(error: error)
        default: break
        }
    }
}
