package import ApusService

/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
package enum DescribeEndpoints: Operation {
    package static let access = OperationAccess.read

    package static func demands(
        _ input: DescribeEndpointsInput, in call: inout Call
    ) throws(ServiceError) -> Demands {
        Demands(Demand("dynamodb:DescribeEndpoints", on: "*", account: call.account))
    }

    /// The endpoint that the request came to: host and port.
    package static func perform(
        _ input: DescribeEndpointsInput, in call: inout Call
    ) throws(ServiceError) -> DescribeEndpointsOutput {
        let endpoint = call.context.endpoint
        let address = endpoint.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init)
        return DescribeEndpointsOutput(endpoints: [
            Endpoint(address: address ?? endpoint, cachePeriodInMinutes: DynamoDBLimits.endpointMinutes)
        ])
    }
}
