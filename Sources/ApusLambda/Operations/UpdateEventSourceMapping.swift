internal import ApusBase
package import ApusService

/// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
///
/// What is not given stays. Batches that run end as they began.
package struct UpdateEventSourceMapping: Procedure {
    private let pollers: MappingPollers

    package init(pollers: MappingPollers) { self.pollers = pollers }

    package func perform(
        _ input: UpdateEventSourceMappingInput, in session: Session
    ) async throws(ServiceError) -> EventSourceMappingConfiguration {
        let pollers = self.pollers
        return try await session.write { (call) throws(ServiceError) in
            let answer = try Self.update(input, in: &call)
            call.afterCommit { pollers.refresh() }
            return answer
        }
    }

    private static func update(
        _ input: UpdateEventSourceMappingInput, in call: inout Call
    ) throws(ServiceError) -> EventSourceMappingConfiguration {
        try call.require(try call.mappingDemand("lambda:UpdateEventSourceMapping", id: input.uuid))
        let key = MappingKey(account: call.account, region: call.region, id: input.uuid)
        var record = try call.mapping(key)
        try input.refuseUnsupported(isStream: record.stream != nil)
        try input.change(&record.stream)
        if let name = input.functionName { record.functionName = try call.mappedFunction(name).key.name }
        if let enabled = input.enabled { record.isEnabled = enabled }
        if let size = input.batchSize { record.batchSize = size }
        if let window = input.maximumBatchingWindowInSeconds { record.windowSeconds = window }
        if let types = input.functionResponseTypes {
            record.reportsItemFailures = types.contains("ReportBatchItemFailures")
        }
        if let scaling = input.scalingConfig { record.maximumConcurrency = scaling.maximumConcurrency }
        if let criteria = input.filterCriteria {
            record.filters = criteria.patterns
            _ = try MessageFilter(checking: record.filters)
        }
        if record.isEnabled { try call.check(record, for: try call.mappedFunction(record.functionName)) }
        record.lastModified = call.now
        record.change += 1
        try call.put(key, record)
        return record.answer(key, state: "Updating")
    }
}
