internal import ApusBase
package import ApusService
internal import ApusStore

/// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html
///
/// Nothing more is received once the answer leaves; batches that run end as they began.
package struct DeleteEventSourceMapping: Procedure {
    private let pollers: MappingPollers

    package init(pollers: MappingPollers) { self.pollers = pollers }

    package func perform(
        _ input: DeleteEventSourceMappingInput, in session: Session
    ) async throws(ServiceError) -> EventSourceMappingConfiguration {
        let pollers = self.pollers
        return try await session.write { (call) throws(ServiceError) in
            try call.require(try call.mappingDemand("lambda:DeleteEventSourceMapping", id: input.uuid))
            let key = MappingKey(account: call.account, region: call.region, id: input.uuid)
            let record = try call.mapping(key)
            try call.delete(key)
            // A shard is never more than a day old, so there are few.
            for (checkpoint, _) in try call.page(ShardCheckpointKey.all(key.id), limit: 1_000) {
                try call.delete(checkpoint)
            }
            call.afterCommit { pollers.refresh() }
            return record.answer(key, state: "Deleting")
        }
    }
}
