internal import ApusBase
package import ApusService

/// How a function looks in answers.
package enum FunctionAnswers {
    /// The configuration of a version. `variables` are those of the record, opened; the ARN has `qualifier`, where there is one.
    /// `snapshot`: of a version with SnapStart that has been initialised; `runtimeVersion`: what it runs on.
    package static func configuration(
        _ key: FunctionKey, _ record: FunctionRecord, variables: [String: String]?, qualifier: String? = nil,
        snapshot: SnapStartRecord? = nil, runtimeVersion: RuntimeVersionConfig? = nil
    ) -> FunctionConfiguration {
        let settings = record.configuration
        let isImage = settings.surroundings.image != nil
        let isPending = record.hasSnapshot && snapshot == nil
        let hasFailed = snapshot?.outcome == .failed
        return FunctionConfiguration(
            functionName: key.name, functionArn: key.arn(qualifier: qualifier),
            runtime: isImage ? nil : settings.runtime,
            role: settings.roleARN,
            handler: isImage ? nil : settings.handler, codeSize: record.code.size, description: settings.description,
            timeout: settings.timeoutSeconds, memorySize: settings.memoryMiB,
            lastModified: record.lastModified.lambdaDate,
            codeSha256: record.codeDigest, version: record.versionName,
            vpcConfig: settings.surroundings.vpcAnswer,
            deadLetterConfig: settings.deadLetterARN.map { DeadLetterConfig(targetArn: $0) },
            environment: variables.map { EnvironmentResponse(variables: $0) },
            tracingConfig: TracingConfigResponse(mode: settings.tracingMode), revisionId: record.revisionID,
            layers: settings.layers.isEmpty
                ? nil : settings.layers.map { Layer(arn: $0.arn, codeSize: $0.code.size) },
            state: isPending ? "Pending" : hasFailed ? "Failed" : "Active",
            stateReason: isPending ? "The function is being created." : hasFailed ? snapshot?.reason : nil,
            stateReasonCode: isPending ? "Creating" : hasFailed ? snapshot?.code : nil,
            lastUpdateStatus: "Successful", fileSystemConfigs: settings.surroundings.fileSystemsAnswer,
            packageType: settings.packageType, imageConfigResponse: settings.surroundings.imageAnswer,
            architectures: [settings.architecture],
            ephemeralStorage: EphemeralStorage(size: settings.ephemeralMiB),
            snapStart: SnapStartResponse(
                applyOn: settings.snapStart ? "PublishedVersions" : "None",
                optimizationStatus: snapshot?.outcome == .on ? "On" : "Off"),
            runtimeVersionConfig: runtimeVersion,
            loggingConfig: LoggingConfig(
                logFormat: settings.logFormat, applicationLogLevel: settings.applicationLogLevel,
                systemLogLevel: settings.systemLogLevel, logGroup: settings.logGroup),
            configSha256: settings.digest(variables: variables),
            durableConfig: settings.durable.map {
                DurableConfig(retentionPeriodInDays: $0.retentionDays, executionTimeout: $0.timeoutSeconds)
            },
            tenancyConfig: settings.isolatesTenants ? TenancyConfig(tenantIsolationMode: "PER_TENANT") : nil)
    }
}

extension FunctionRecord {
    /// `CodeSha256`: of a package in Base64, of an image its digest.
    package var codeDigest: String {
        self.configuration.surroundings.image == nil
            ? Base64.encode(self.code.sha256) : Hex.encode(self.code.sha256)
    }
}

extension Call {
    /// The configuration of a function, with its variables opened.
    package mutating func configuration(
        _ key: FunctionKey, _ record: FunctionRecord, qualifier: String? = nil
    ) throws(ServiceError) -> FunctionConfiguration {
        FunctionAnswers.configuration(
            key, record, variables: try self.variables(record), qualifier: qualifier,
            snapshot: record.hasSnapshot ? try self.snapshot(of: record) : nil,
            runtimeVersion: self.runtimeVersionConfig(key, record))
    }

    /// The configuration as lists have it: without what GetFunction alone says.
    /// Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
    package mutating func listedConfiguration(
        _ key: FunctionKey, _ record: FunctionRecord, qualifier: String?
    ) throws(ServiceError) -> FunctionConfiguration {
        var answer = try self.configuration(key, record, qualifier: qualifier)
        answer.state = nil
        answer.stateReason = nil
        answer.stateReasonCode = nil
        answer.lastUpdateStatus = nil
        answer.runtimeVersionConfig = nil
        return answer
    }

    /// A function's variables; nil when none were ever set.
    package func variables(_ record: FunctionRecord) throws(ServiceError) -> [String: String]? {
        guard let sealed = record.configuration.variables else { return nil }
        return FunctionVariables.decode(try self.open(sealed, context: FunctionVariables.context(function: record.id)))
    }
}
