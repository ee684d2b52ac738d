internal import ApusBase
internal import ApusService

/// What settings of functions must be beside what the model says of them.
package enum FunctionChecks {
    /// Log levels are for JSON, which has INFO where none are given.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    /// Errors: InvalidParameterValueException.
    static func apply(_ logging: LoggingConfig?, to settings: inout FunctionSettings) throws(ServiceError) {
        guard let logging else { return }
        if let format = logging.logFormat { settings.logFormat = format }
        if let group = logging.logGroup { settings.logGroup = group }
        guard settings.logFormat == "JSON" else {
            guard logging.applicationLogLevel == nil, logging.systemLogLevel == nil else {
                throw LambdaError.invalidParameterValue(
                    "ApplicationLogLevel and SystemLogLevel can be set only where LogFormat is JSON.")
            }
            settings.applicationLogLevel = nil
            settings.systemLogLevel = nil
            return
        }
        settings.applicationLogLevel = logging.applicationLogLevel ?? settings.applicationLogLevel ?? "INFO"
        settings.systemLogLevel = logging.systemLogLevel ?? settings.systemLogLevel ?? "INFO"
    }

    /// The package and the layers together.
    ///
    /// Errors: InvalidParameterValueException.
    static func checkSize(code: FunctionCodeRecord, layers: [LayerUse]) throws(ServiceError) {
        let bytes = layers.reduce(code.unzippedBytes) { $0 + $1.code.unzippedBytes }
        guard bytes <= LambdaLimits.unzippedBytes else {
            throw LambdaError.invalidParameterValue(
                "Function code combined with layers exceeds the maximum allowed size of \(LambdaLimits.unzippedBytes) bytes. "
                    + "The actual size is \(bytes) bytes.")
        }
    }
}
