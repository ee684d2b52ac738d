internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
///
/// For queues and streams. The mapping works as soon as the answer leaves.
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
        demand.conditions += TagConditions.bringing(input.tags)
        try call.require(demand)
        let source = try input.source()
        let kind = StreamMapping.Kind(streamARN: source.description)
        try input.refuseUnsupported(kind)
        try TagRules.check(input.tags ?? [:])
        let function = try call.mappedFunction(input.functionName)
        guard source.region == call.region else {
            throw LambdaError.invalidParameterValue("Queue and function must be in the same region: \(source)")
        }
        let record = MappingRecord(
            functionName: function.key.name, sourceARN: source.description, isEnabled: input.enabled ?? true,
            batchSize: input.batchSize ?? (kind == nil ? LambdaLimits.defaultBatch : LambdaLimits.defaultStreamBatch),
            windowSeconds: input.maximumBatchingWindowInSeconds ?? 0,
            reportsItemFailures: input.functionResponseTypes?.contains("ReportBatchItemFailures") == true,
            maximumConcurrency: input.scalingConfig?.maximumConcurrency, lastModified: call.now,
            tags: input.tags ?? [:],
            filters: input.filterCriteria?.patterns ?? [],
            stream: try kind.map { (kind) throws(ServiceError) in try input.stream(kind, now: call.now) },
            qualifier: function.qualifier)
        try call.check(record, for: function)
        let range = MappingKey.all(account: call.account, region: call.region)
        var twin: MappingKey?
        try call.scan(range) { key, other in
            guard other.functionName == record.functionName, other.qualifier == record.qualifier,
                other.sourceARN == record.sourceARN
            else { return .next }
            twin = key
            return .stop
        }
        if let twin {
            if kind != nil {
                throw LambdaError.resourceConflict(
                    "The event source arn (\" \(record.sourceARN) \") and function (\" \(record.functionName) \") provided "
                        + "mapping already exists. Please update or delete the existing mapping with UUID \(twin.id)")
            }
            throw LambdaError.resourceConflict(
                "An event source mapping with SQS arn (\" \(record.sourceARN) \") and function (\" \(record.functionName) \") "
                    + "already exists. Please update or delete the existing mapping with UUID \(twin.id)")
        }
        let key = MappingKey(account: call.account, region: call.region, id: call.entropy.uuid())
        try call.put(key, record)
        return record.answer(key, state: "Creating")
    }
}
