package import ApusService
package import ApusWire
internal import ApusStore
internal import LogPattern

/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
package enum PutMetricFilter: Operation {
    package static let access = OperationAccess.write

    package static func demands(_ input: PutMetricFilterInput, in call: inout Call) throws(ServiceError) -> Demands {
        call.groupDemand("logs:PutMetricFilter", input.logGroupName)
    }

    /// A filter of the same name is replaced and keeps its time of creation.
    package static func perform(_ input: PutMetricFilterInput, in call: inout Call) throws(ServiceError) -> NoShape {
        try UnsupportedSettings.refuse([
            ("applyOnTransformedLogs", input.applyOnTransformedLogs == true),
            ("fieldSelectionCriteria", input.fieldSelectionCriteria?.isEmpty == false),
            ("emitSystemFieldDimensions", input.emitSystemFieldDimensions?.isEmpty == false),
        ])
        let group = try call.group(input.logGroupName)
        try call.requireFilters(of: group)
        let pattern = try LogPattern.compile(input.filterPattern)
        try MetricFilterRules.check(input.metricTransformations, pattern)
        let key = LogMetricFilterKey(group: group.id, name: input.filterName)
        let existing = try call.get(key)
        if existing == nil {
            let all = LogMetricFilterKey.all(group: group.id)
            guard try call.count(all, limit: LogsLimits.metricFilters) < LogsLimits.metricFilters else {
                throw Call.limitExceeded
            }
        }
        try call.requireRegexRoom(for: pattern, in: group, metric: input.filterName)
        let record = LogMetricFilterRecord(
            pattern: input.filterPattern, hasRegex: pattern.regexCount > 0, created: existing?.created ?? call.now,
            transformations: input.metricTransformations.map(Self.stored))
        try call.put(key, record)
        try call.put(call.metricFilterName(input.filterName, group: input.logGroupName), Presence())
        return NoShape()
    }

    private static func stored(_ shape: MetricTransformation) -> LogMetricFilterRecord.Transformation {
        LogMetricFilterRecord.Transformation(
            metricName: shape.metricName, metricNamespace: shape.metricNamespace, metricValue: shape.metricValue,
            defaultValue: shape.defaultValue, dimensions: shape.dimensions ?? [:], unit: shape.unit)
    }
}
