internal import ApusBase
internal import ApusService

extension MappingRecord {
    /// The mapping as answers show it. Changes take effect when the answer leaves; the passing states are shown all the same,
    /// since clients wait for what follows them.
    func answer(_ key: MappingKey, state: String? = nil) -> EventSourceMappingConfiguration {
        var answer = EventSourceMappingConfiguration(
            uuid: key.id, batchSize: self.batchSize, maximumBatchingWindowInSeconds: self.windowSeconds,
            eventSourceArn: self.sourceARN,
            filterCriteria: self.filters.isEmpty
                ? nil : FilterCriteria(filters: self.filters.map { Filter(pattern: $0) }),
            functionArn: self.functionARN(of: key),
            lastModified: self.lastModified, state: state ?? (self.isEnabled ? "Enabled" : "Disabled"),
            stateTransitionReason: "USER_INITIATED",
            functionResponseTypes: self.reportsItemFailures ? ["ReportBatchItemFailures"] : nil,
            scalingConfig: self.maximumConcurrency.map { ScalingConfig(maximumConcurrency: $0) },
            eventSourceMappingArn: key.arn.description)
        self.stream?.show(in: &answer)
        return answer
    }
}

extension Call {
    /// The demand on a mapping; its function is a condition key where there is such a mapping.
    mutating func mappingDemand(_ action: String, id: String) throws(ServiceError) -> Demand {
        let key = MappingKey(account: self.account, region: self.region, id: id)
        var demand = Demand(action, on: key.arn, account: key.account)
        if let record = try self.get(key) {
            demand.conditions.append((key: "lambda:FunctionArn", values: [record.functionARN(of: key)]))
        }
        return demand
    }

    /// A function, version or alias of the caller's own account and region. Errors: ResourceNotFoundException.
    mutating func mappedFunction(_ text: String) throws(ServiceError) -> FunctionTarget {
        let target = try self.target(text)
        guard target.key.account == self.account else { throw target.key.notFound(target.qualifier) }
        return target
    }

    /// Checks that the function's role can read the source and that the settings fit it.
    ///
    /// "Configure your durable execution timeout to 15 minutes or less when using event source mappings, otherwise creation of the
    /// event source mapping will fail": https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking-esm.html
    mutating func check(_ record: MappingRecord, for function: FunctionTarget) throws(ServiceError) {
        try TenantIsolation.refuse(.eventSources, of: function.record.configuration)
        if function.record.configuration.durable != nil {
            try DurableExecutions.checkQualifier(function)
            try DurableExecutions.checkSynchronous(function)
        }
        if let stream = record.stream {
            try self.check(stream, record, for: function)
        } else {
            try self.checkQueue(record, for: function)
        }
    }

    private mutating func checkQueue(_ record: MappingRecord, for function: FunctionTarget) throws(ServiceError) {
        let role = try self.executionRole(function.record.configuration.roleARN)
        let source = self.ports.messageSource
        let queueARN = record.sourceARN
        let queue: MessageSourceDescription = try self.acting(as: role.session(named: function.key.name)) {
            (call) throws(ServiceError) in
            try MappedQueue.worded("ReceiveMessage") { () throws(ServiceError) in
                _ = try source.look(queueARN, in: &call)
            }
            let queue = try MappedQueue.worded("GetQueueAttributes") { () throws(ServiceError) in
                try source.describe(queueARN, in: &call)
            }
            let owner = ARN(queueARN)?.account ?? call.account
            // Another account's queue has a policy that only a delete itself would ask.
            if owner == call.account, try !call.allows(Demand("sqs:DeleteMessage", on: queueARN, account: owner)) {
                throw MappedQueue.noPermission("DeleteMessage")
            }
            return queue
        }
        try MappingSettings.check(record, isFIFO: queue.isFIFO)
        let timeout = function.record.configuration.timeoutSeconds
        guard queue.visibilityTimeoutSeconds >= timeout else {
            throw LambdaError.invalidParameterValue(
                "Queue visibility timeout: \(queue.visibilityTimeoutSeconds) seconds is less than Function timeout: "
                    + "\(timeout) seconds")
        }
    }
}

/// What the queue's service answers, in Lambda's words.
enum MappedQueue {
    static func noPermission(_ action: String) -> ServiceError {
        LambdaError.invalidParameterValue(
            "The provided execution role does not have permissions to call \(action) on SQS")
    }

    static func worded<Result>(
        _ action: String, _ body: () throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        do throws(ServiceError) {
            return try body()
        } catch {
            guard let answer = error.apiError else { throw error }
            if answer.code.hasPrefix("AccessDenied") { throw self.noPermission(action) }
            throw LambdaError.invalidParameterValue(
                "Error occurred while \(action). SQS Error Code: \(answer.queryCode ?? answer.code). SQS Error Message: "
                    + answer.message)
        }
    }
}
