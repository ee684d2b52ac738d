package import ApusService

/// A stream that feeds a function, as a poller serves it.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
package struct StreamMapping: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable {
        case kinesis = "KinesisBatchInfo"
        case dynamoDB = "DDBStreamBatchInfo"
    }
    /// The mapping's UUID.
    package var id: String
    package var function: FunctionKey
    package var streamARN: String
    package var kind: Kind
    package var start: StreamPlace
    package var batchSize = 100
    package var windowSeconds = 0
    /// Batches of one shard that run at once.
    package var parallelizationFactor = 1
    package var bisectsOnError = false
    /// nil: as long as the records are there.
    package var maximumRecordAgeSeconds: Int?
    /// nil: as often as it takes.
    package var maximumRetryAttempts: Int?
    /// ARN of a queue or function.
    package var onFailure: String?
    /// 0: none.
    package var tumblingWindowSeconds = 0
    package var reportsItemFailures = false
    package var filters: [String] = []

    package init(id: String, function: FunctionKey, streamARN: String, kind: Kind, start: StreamPlace) {
        self.id = id
        self.function = function
        self.streamARN = streamARN
        self.kind = kind
        self.start = start
    }
}

extension StreamMapping {
    /// The mapping as it is stored; nil for one of a queue.
    init?(_ key: MappingKey, _ record: MappingRecord) {
        guard let settings = record.stream, let kind = Kind(streamARN: record.sourceARN) else { return nil }
        self.init(
            id: key.id, function: record.functionKey(of: key), streamARN: record.sourceARN, kind: kind,
            start: settings.place)
        self.batchSize = record.batchSize
        self.windowSeconds = record.windowSeconds
        self.parallelizationFactor = settings.parallelizationFactor
        self.bisectsOnError = settings.bisectsOnError
        self.maximumRecordAgeSeconds = settings.maximumRecordAgeSeconds
        self.maximumRetryAttempts = settings.maximumRetryAttempts
        self.onFailure = settings.onFailure
        self.tumblingWindowSeconds = settings.tumblingWindowSeconds
        self.reportsItemFailures = record.reportsItemFailures
        self.filters = record.filters
    }
}

extension StreamMapping.Kind {
    /// nil for what is no stream.
    package init?(streamARN text: String) {
        guard let arn = ARN(text) else { return nil }
        switch arn.service {
        case "kinesis" where arn.resource.hasPrefix("stream/"): self = .kinesis
        case "dynamodb" where arn.resource.hasPrefix("table/") && arn.resource.contains("/stream/"): self = .dynamoDB
        default: return nil
        }
    }
}
