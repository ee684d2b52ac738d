package import ApusService
internal import LogPattern

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
package enum TestMetricFilter: Operation {
    package static let access = OperationAccess.read

    package static func demands(_ input: TestMetricFilterInput, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("logs:TestMetricFilter", on: "*", account: call.account))
    }

    /// Events are numbered from 0, as in AWS's examples.
    package static func perform(
        _ input: TestMetricFilterInput, in call: inout Call
    ) throws(ServiceError) -> TestMetricFilterOutput {
        let pattern = try LogPattern.compile(input.filterPattern)
        var matches: [MetricFilterMatchRecord] = []
        for (number, message) in input.logEventMessages.enumerated() {
            guard let values = pattern.values(in: message) else { continue }
            matches.append(
                MetricFilterMatchRecord(eventNumber: number, eventMessage: message, extractedValues: values))
        }
        return TestMetricFilterOutput(matches: matches)
    }
}
