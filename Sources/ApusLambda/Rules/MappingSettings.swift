internal import ApusBase
package import ApusService

/// What a mapping may be set to.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
package enum MappingSettings {
    /// Errors: InvalidParameterValueException in AWS's words.
    package static func check(_ record: MappingRecord, isFIFO: Bool) throws(ServiceError) {
        _ = try MessageFilter(checking: record.filters)
        if isFIFO {
            guard record.batchSize <= LambdaLimits.smallBatch else {
                throw LambdaError.invalidParameterValue(
                    "Batch size must be between 1 and \(LambdaLimits.smallBatch) for FIFO queues.")
            }
            guard record.windowSeconds == 0 else {
                throw LambdaError.invalidParameterValue("Batching window is not supported for FIFO queues.")
            }
        } else if record.batchSize > LambdaLimits.smallBatch, record.windowSeconds == 0 {
            throw LambdaError.invalidParameterValue(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
        }
    }

    /// Refuses what other kinds of sources have.
    static func refuse(_ given: [(name: String, isGiven: Bool)], for kind: String) throws(ServiceError) {
        for setting in given where setting.isGiven {
            throw LambdaError.invalidParameterValue("\(setting.name) is not valid for \(kind) event sources.")
        }
    }
}

extension CreateEventSourceMappingInput {
    /// The ARN of a queue or a table's stream. Errors: NotImplemented for other sources, InvalidParameterValueException for none.
    func source() throws(ServiceError) -> ARN {
        try UnsupportedSettings.refuse([
            ("SelfManagedEventSource", self.selfManagedEventSource != nil),
            ("AmazonManagedKafkaEventSourceConfig", self.amazonManagedKafkaEventSourceConfig != nil),
            ("SelfManagedKafkaEventSourceConfig", self.selfManagedKafkaEventSourceConfig != nil),
            ("DocumentDBEventSourceConfig", self.documentDBEventSourceConfig != nil),
        ])
        guard let text = self.eventSourceArn, let arn = ARN(text) else {
            throw LambdaError.invalidParameterValue("Unrecognized event source.")
        }
        let isSupported = arn.service == "sqs" || StreamMapping.Kind(streamARN: text) == .dynamoDB
        try UnsupportedSettings.refuse([("EventSourceArn of \(arn.service)", !isSupported)])
        return arn
    }

    func refuseUnsupported(_ kind: StreamMapping.Kind?) throws(ServiceError) {
        try MappingSettings.refuse(
            [
                ("Topics", self.topics?.isEmpty == false), ("Queues", self.queues?.isEmpty == false),
                ("SourceAccessConfigurations", self.sourceAccessConfigurations?.isEmpty == false),
            ], for: kind == nil ? "SQS" : "stream")
        if kind == nil {
            try MappingSettings.refuse(
                [
                    ("StartingPosition", self.startingPosition != nil),
                    ("StartingPositionTimestamp", self.startingPositionTimestamp != nil),
                    ("ParallelizationFactor", self.parallelizationFactor != nil),
                    ("DestinationConfig", self.destinationConfig != nil),
                    ("MaximumRecordAgeInSeconds", self.maximumRecordAgeInSeconds != nil),
                    ("BisectBatchOnFunctionError", self.bisectBatchOnFunctionError == true),
                    ("MaximumRetryAttempts", self.maximumRetryAttempts != nil),
                    ("TumblingWindowInSeconds", self.tumblingWindowInSeconds != nil),
                ], for: "SQS")
        } else {
            try MappingSettings.refuse([("ScalingConfig", self.scalingConfig != nil)], for: "stream")
        }
        try UnsupportedSettings.refuse([
            ("KMSKeyArn", self.kmsKeyArn != nil),
            ("MetricsConfig", self.metricsConfig?.metrics?.isEmpty == false),
            ("LoggingConfig", self.loggingConfig != nil),
            ("ProvisionedPollerConfig", self.provisionedPollerConfig != nil),
        ])
    }
}

extension UpdateEventSourceMappingInput {
    func refuseUnsupported(isStream: Bool) throws(ServiceError) {
        try MappingSettings.refuse(
            [("SourceAccessConfigurations", self.sourceAccessConfigurations?.isEmpty == false)],
            for: isStream ? "stream" : "SQS")
        if isStream {
            try MappingSettings.refuse([("ScalingConfig", self.scalingConfig != nil)], for: "stream")
        } else {
            try MappingSettings.refuse(
                [
                    ("ParallelizationFactor", self.parallelizationFactor != nil),
                    ("DestinationConfig", self.destinationConfig != nil),
                    ("MaximumRecordAgeInSeconds", self.maximumRecordAgeInSeconds != nil),
                    ("BisectBatchOnFunctionError", self.bisectBatchOnFunctionError == true),
                    ("MaximumRetryAttempts", self.maximumRetryAttempts != nil),
                    ("TumblingWindowInSeconds", self.tumblingWindowInSeconds != nil),
                ], for: "SQS")
        }
        try UnsupportedSettings.refuse([
            ("KMSKeyArn", self.kmsKeyArn != nil),
            ("MetricsConfig", self.metricsConfig?.metrics?.isEmpty == false),
            ("LoggingConfig", self.loggingConfig != nil),
            ("ProvisionedPollerConfig", self.provisionedPollerConfig != nil),
            ("AmazonManagedKafkaEventSourceConfig", self.amazonManagedKafkaEventSourceConfig != nil),
            ("SelfManagedKafkaEventSourceConfig", self.selfManagedKafkaEventSourceConfig != nil),
            ("DocumentDBEventSourceConfig", self.documentDBEventSourceConfig != nil),
        ])
    }
}
