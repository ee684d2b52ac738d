internal import ApusBase
package import ApusService

/// How a function looks in answers.
package enum FunctionAnswers {
    /// The configuration of `$LATEST`. `variables` are those of the record, opened.
    package static func configuration(
        _ key: FunctionKey, _ record: FunctionRecord, variables: [String: String]?
    ) -> FunctionConfiguration {
        let settings = record.configuration
        return FunctionConfiguration(
            functionName: key.name, functionArn: key.arn.description, runtime: settings.runtime, role: settings.roleARN,
            handler: settings.handler, codeSize: record.code.size, description: settings.description,
            timeout: settings.timeoutSeconds, memorySize: settings.memoryMiB, lastModified: record.lastModified.lambdaDate,
            codeSha256: Base64.encode(record.code.sha256), version: "$LATEST",
            deadLetterConfig: settings.deadLetterARN.map { DeadLetterConfig(targetArn: $0) },
            environment: variables.map { EnvironmentResponse(variables: $0) },
            tracingConfig: TracingConfigResponse(mode: settings.tracingMode), revisionId: record.revisionID, state: "Active",
            lastUpdateStatus: "Successful", packageType: "Zip", architectures: [settings.architecture],
            ephemeralStorage: EphemeralStorage(size: settings.ephemeralMiB),
            snapStart: SnapStartResponse(applyOn: "None", optimizationStatus: "Off"),
            loggingConfig: LoggingConfig(
                logFormat: settings.logFormat, applicationLogLevel: settings.applicationLogLevel,
                systemLogLevel: settings.systemLogLevel, logGroup: settings.logGroup))
    }
}

extension Call {
    /// The configuration of a function, with its variables opened.
    package func configuration(
        _ key: FunctionKey, _ record: FunctionRecord
    ) throws(ServiceError) -> FunctionConfiguration {
        FunctionAnswers.configuration(key, record, variables: try self.variables(record))
    }

    /// A function's variables; nil when none were ever set.
    package func variables(_ record: FunctionRecord) throws(ServiceError) -> [String: String]? {
        guard let sealed = record.configuration.variables else { return nil }
        return FunctionVariables.decode(try self.open(sealed, context: FunctionVariables.context(function: record.id)))
    }
}
