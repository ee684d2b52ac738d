package import ApusWire

/// CloudWatch Logs: groups, streams, events, retention, tags, metric filters, subscriptions.
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
            ] + self.settings + self.filters,
            workers: [LogsSweeper(), LogsRetention()])
    }

    private static var settings: [OperationEntry] {
        let model = LogsAPI.model
        return [
            .operation(DeleteRetentionPolicy.self, in: model),
            .operation(ListTagsForResource.self, in: model),
            .operation(ListTagsLogGroup.self, in: model),
            .operation(PutRetentionPolicy.self, in: model),
            .operation(TagLogGroup.self, in: model),
            .operation(TagResource.self, in: model),
            .operation(UntagLogGroup.self, in: model),
            .operation(UntagResource.self, in: model),
        ]
    }

    private static var filters: [OperationEntry] {
        let model = LogsAPI.model
        return [
            .operation(DeleteMetricFilter.self, in: model),
            .operation(DeleteSubscriptionFilter.self, in: model),
            .operation(DescribeMetricFilters.self, in: model),
            .operation(DescribeSubscriptionFilters.self, in: model),
            .operation(PutMetricFilter.self, in: model),
            .operation(PutSubscriptionFilter.self, in: model),
            .stream(StartLiveTail.self, in: model),
            .operation(TestMetricFilter.self, in: model),
        ]
    }
}
