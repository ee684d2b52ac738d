internal import ApusBase
package import ApusService

/// Why something is throttled: the limit that is reached, and whose it is.
///
/// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing-workflow.html
package struct Throttling: Hashable, Sendable {
    package let limit: ThroughputLimit.Kind
    package let direction: Consumption.Direction
    /// The ARN of the table or the index.
    package let resource: String
    package let isIndex: Bool

    /// `TableReadProvisionedThroughputExceeded`.
    package var reason: String {
        let what = self.isIndex ? "Index" : "Table"
        let how = self.direction == .read ? "Read" : "Write"
        switch self.limit {
        case .provisioned: return "\(what)\(how)ProvisionedThroughputExceeded"
        case .maximum: return "\(what)\(how)MaxOnDemandThroughputExceeded"
        case .account: return "\(what)\(how)AccountLimitExceeded"
        }
    }

    private var message: String {
        switch self.limit {
        case .provisioned where self.isIndex:
            // As it has been seen in answers: without a stop at its end, which the documentation has.
            "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API"
        case .provisioned:
            "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
        case .maximum: "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
        case .account:
            "Throughput exceeds the current throughput limit for your account. To request a limit increase, contact AWS Support at https://aws.amazon.com/support."
        }
    }

    package var error: ServiceError { Self.error([self]) }

    /// The error of a request that was throttled altogether; the first tells its name. `all` is not empty.
    package static func error(_ all: [Throttling]) -> ServiceError {
        guard let first = all.first else { preconditionFailure("Something is throttled for a reason.") }
        var reasons: [JSONValue] = []
        var seen: Set<Throttling> = []
        for throttling in all where seen.insert(throttling).inserted {
            reasons.append(
                .object(
                    JSONObject([
                        ("reason", .string(throttling.reason)), ("resource", .string(throttling.resource)),
                    ])))
        }
        switch first.limit {
        case .provisioned:
            return DynamoDBError.provisionedThroughputExceeded(first.message, throttlingReasons: .array(reasons))
        case .maximum: return DynamoDBError.throttling(first.message, throttlingReasons: .array(reasons))
        case .account: return DynamoDBError.requestLimitExceeded(first.message, throttlingReasons: .array(reasons))
        }
    }

    /// As the reason for which a transaction is cancelled.
    ///
    /// Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, Errors
    package var cancellation: (code: String, message: String) {
        switch self.limit {
        case .provisioned:
            ("ProvisionedThroughputExceeded", self.message.hasSuffix(".") ? self.message : self.message + ".")
        case .maximum, .account: ("ThrottlingError", self.message)
        }
    }
}
