internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
///
/// For queues. The mapping works as soon as the answer leaves.
package struct CreateEventSourceMapping: Procedure {
    private let pollers: MappingPollers

    package init(pollers: MappingPollers) { self.pollers = pollers }

    package func perform(
        _ input: CreateEventSourceMappingInput, in session: Session
    ) async throws(ServiceError) -> EventSourceMappingConfiguration {
        let pollers = self.pollers
        return try await session.write { (call) throws(ServiceError) in
            let answer = try Self.create(input, in: &call)
            call.afterCommit { pollers.refresh() }
            return answer
        }
    }

    private static func create(
        _ input: CreateEventSourceMappingInput, in call: inout Call
    ) throws(ServiceError) -> EventSourceMappingConfiguration {
        let (named, name) = try call.functionKey(input.functionName)
        var demand = Demand("lambda:CreateEventSourceMapping", on: "*", account: call.account)
        demand.conditions.append((key: "lambda:FunctionArn", values: [named.arn(qualifier: name.qualifier)]))
        demand.addTags(input.tags ?? [:])
        try call.require(demand)
        let queue = try input.queue()
        try input.refuseUnsupported()
        try TagRules.check(input.tags ?? [:])
        let function = try call.mappedFunction(input.functionName)
        guard queue.region == call.region else {
            throw LambdaError.invalidParameterValue("Queue and function must be in the same region: \(queue)")
        }
        let record = MappingRecord(
            functionName: function.key.name, queueARN: queue.description, isEnabled: input.enabled ?? true,
            batchSize: input.batchSize ?? LambdaLimits.defaultBatch,
            windowSeconds: input.maximumBatchingWindowInSeconds ?? 0,
            reportsItemFailures: input.functionResponseTypes?.contains("ReportBatchItemFailures") == true,
            maximumConcurrency: input.scalingConfig?.maximumConcurrency, lastModified: call.now,
            tags: input.tags ?? [:],
            filters: input.filterCriteria?.patterns ?? [], qualifier: function.qualifier)
        try call.check(record, for: function)
        let range = MappingKey.all(account: call.account, region: call.region)
        var twin: MappingKey?
        try call.scan(range) { key, other in
            guard other.functionName == record.functionName, other.qualifier == record.qualifier,
                other.queueARN == record.queueARN
            else { return .next }
            twin = key
            return .stop
        }
        if let twin {
            throw LambdaError.resourceConflict(
                "An event source mapping with SQS arn (\" \(record.queueARN) \") and function (\" \(record.functionName) \") "
                    + "already exists. Please update or delete the existing mapping with UUID \(twin.id)")
        }
        let key = MappingKey(account: call.account, region: call.region, id: call.entropy.uuid())
        try call.put(key, record)
        return record.answer(key, state: "Creating")
    }
}
