internal import ApusBase
package import ApusService
internal import ApusStore

/// Removes client request tokens that are over, a bounded number at a time.
package struct TokenSweeper: Worker {
    /// Tokens removed in one transaction.
    private static let batch = 1_000

    package init() {}
    package var name: String { "dynamodb-token-sweeper" }

    package func work(in call: inout Call) throws(ServiceError) -> WorkerOutcome {
        let page = try call.page(TransactionTokenExpiryKey.range(), limit: Self.batch)
        for (key, _) in page {
            guard key.expires <= call.now else { return .sleep(until: key.expires) }
            try call.delete(key.record)
            try call.delete(key)
        }
        // Without tokens the first that comes is over no sooner than this.
        return page.count == Self.batch ? .more : .sleep(until: call.now + DynamoDBLimits.tokenMilliseconds)
    }
}
