internal import ApusBase
package import ApusService
package import LogPattern

/// What a metric filter may be, beyond the model.
package enum MetricFilterRules {
    /// Errors: InvalidParameterException.
    package static func check(_ transformations: [MetricTransformation], _ pattern: LogPattern) throws(ServiceError) {
        for transformation in transformations {
            try self.checkValue(transformation.metricValue)
            guard let dimensions = transformation.dimensions, !dimensions.isEmpty else { continue }
            guard pattern.supportsDimensions else {
                throw LogsError.invalidParameter("The specified filter pattern does not support dimensions")
            }
            guard transformation.defaultValue == nil else {
                throw LogsError.invalidParameter(
                    "Invalid metric transformation: dimensions and default value are mutually exclusive properties")
            }
            guard dimensions.count <= LogsLimits.metricDimensions else {
                throw LogsError.invalidParameter(
                    "Invalid metric transformation: at most \(LogsLimits.metricDimensions) dimensions are allowed.")
            }
        }
    }

    /// A number, or what is found in the event: `$.latency`, `$bytes`, `$7`.
    private static func checkValue(_ value: String) throws(ServiceError) {
        guard value.hasPrefix("$") || JSONNumber(text: value) != nil else {
            throw LogsError.invalidParameter(
                "Invalid metric transformation: the metric value must be a number or a field of the filter pattern.")
        }
    }
}
