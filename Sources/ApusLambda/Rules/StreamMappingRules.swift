internal import ApusBase
internal import ApusService

// What a mapping of a stream may be set to, and how it is shown.
//
// Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html

extension StreamMappingSettings {
    /// Takes over what a request gives: -1 stands for no bound.
    fileprivate mutating func take(
        factor: Int?, bisects: Bool?, ageSeconds: Int?, retries: Int?, destinations: DestinationConfig?,
        tumblingSeconds: Int?
    ) throws(ServiceError) {
        if let factor { self.parallelizationFactor = factor }
        if let bisects { self.bisectsOnError = bisects }
        if let ageSeconds {
            guard ageSeconds == -1 || ageSeconds >= LambdaLimits.leastRecordAgeSeconds else {
                throw LambdaError.invalidParameterValue(
                    "MaximumRecordAgeInSeconds must be -1, or at least \(LambdaLimits.leastRecordAgeSeconds).")
            }
            self.maximumRecordAgeSeconds = ageSeconds == -1 ? nil : ageSeconds
        }
        if let retries { self.maximumRetryAttempts = retries == -1 ? nil : retries }
        if let destinations {
            guard destinations.onSuccess?.destination == nil else {
                throw LambdaError.invalidParameterValue(
                    "DestinationConfig.OnSuccess is not valid for stream event sources.")
            }
            let destination = destinations.onFailure?.destination
            self.onFailure = destination?.isEmpty == false ? destination : nil
        }
        if let tumblingSeconds { self.tumblingWindowSeconds = tumblingSeconds }
    }

    /// Answers show what is not bounded as -1.
    func show(in answer: inout EventSourceMappingConfiguration) {
        answer.startingPosition = self.position.name
        if self.position == .atTimestamp { answer.startingPositionTimestamp = self.start }
        answer.parallelizationFactor = self.parallelizationFactor
        answer.bisectBatchOnFunctionError = self.bisectsOnError
        answer.maximumRecordAgeInSeconds = self.maximumRecordAgeSeconds ?? -1
        answer.maximumRetryAttempts = self.maximumRetryAttempts ?? -1
        answer.destinationConfig = DestinationConfig(onFailure: OnFailure(destination: self.onFailure))
        answer.tumblingWindowInSeconds = self.tumblingWindowSeconds
        answer.functionResponseTypes = answer.functionResponseTypes ?? []
        answer.lastProcessingResult = "No records processed"
    }
}

extension CreateEventSourceMappingInput {
    func stream(_ kind: StreamMapping.Kind, now: Timestamp) throws(ServiceError) -> StreamMappingSettings {
        guard let position = self.startingPosition.flatMap({ StreamMappingSettings.Position($0) }) else {
            throw LambdaError.invalidParameterValue("StartingPosition must be given for stream event sources.")
        }
        if kind == .dynamoDB, position == .atTimestamp {
            throw LambdaError.invalidParameterValue(
                "Unsupported starting position for arn type: \(self.eventSourceArn ?? "")")
        }
        if position == .atTimestamp, self.startingPositionTimestamp == nil {
            throw LambdaError.invalidParameterValue(
                "StartingPositionTimestamp must be given where StartingPosition is AT_TIMESTAMP.")
        }
        if position != .atTimestamp, self.startingPositionTimestamp != nil {
            throw LambdaError.invalidParameterValue(
                "StartingPositionTimestamp can only be given where StartingPosition is AT_TIMESTAMP.")
        }
        var settings = StreamMappingSettings(position: position, start: self.startingPositionTimestamp ?? now)
        try settings.take(
            factor: self.parallelizationFactor, bisects: self.bisectBatchOnFunctionError,
            ageSeconds: self.maximumRecordAgeInSeconds, retries: self.maximumRetryAttempts,
            destinations: self.destinationConfig, tumblingSeconds: self.tumblingWindowInSeconds)
        return settings
    }
}

extension UpdateEventSourceMappingInput {
    /// Changes the settings of a stream; nothing for a queue.
    func change(_ settings: inout StreamMappingSettings?) throws(ServiceError) {
        try settings?.take(
            factor: self.parallelizationFactor, bisects: self.bisectBatchOnFunctionError,
            ageSeconds: self.maximumRecordAgeInSeconds, retries: self.maximumRetryAttempts,
            destinations: self.destinationConfig, tumblingSeconds: self.tumblingWindowInSeconds)
    }
}

extension Call {
    /// Checks that the function's role can read the stream, and can tell the destination for failures.
    mutating func check(
        _ settings: StreamMappingSettings, _ record: MappingRecord,
        for function: (key: FunctionKey, record: FunctionRecord)
    ) throws(ServiceError) {
        _ = try MessageFilter(checking: record.filters)
        let role = try self.executionRole(function.record.configuration.roleARN)
        let source = self.ports.streams
        let streamARN = record.sourceARN
        try self.acting(as: role.session(named: function.key.name)) { (call) throws(ServiceError) in
            do throws(ServiceError) {
                let shards = try source.shards(of: streamARN, in: &call)
                guard let shard = shards.first else { return }
                _ = try source.read(shard.id, of: streamARN, from: .trimHorizon, limit: 1, in: &call)
            } catch {
                guard let answer = error.apiError, answer.code != "NotImplemented" else { throw error }
                if answer.code.hasPrefix("AccessDenied") {
                    throw LambdaError.invalidParameterValue(
                        "Cannot access stream \(streamARN). Please ensure the role can perform the GetRecords, "
                            + "GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.")
                }
                throw LambdaError.invalidParameterValue("Stream not found: \(streamARN)")
            }
        }
        try self.checkDestinations([settings.onFailure], of: function)
    }
}
