package import ApusWire

/// CloudWatch Logs: groups, streams, events.
package enum Logs {
    package static var definition: ServiceDefinition {
        let model = LogsAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .operation(CreateLogGroup.self, in: model),
                .operation(CreateLogStream.self, in: model),
                .operation(DeleteLogGroup.self, in: model),
                .operation(DeleteLogStream.self, in: model),
                .operation(DescribeLogGroups.self, in: model),
                .operation(DescribeLogStreams.self, in: model),
                .operation(FilterLogEvents.self, in: model),
                .operation(GetLogEvents.self, in: model),
                .operation(PutLogEvents.self, in: model),
                .operation(TestMetricFilter.self, in: model),
            ],
            workers: [LogsSweeper()])
    }
}
