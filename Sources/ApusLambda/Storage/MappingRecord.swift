package import ApusBase
package import ApusService
package import ApusStore

/// `4005, account, region, id`: an event source mapping. `id` is its UUID.
package struct MappingKey: StoreKey {
    package typealias Value = MappingRecord
    package static let tag = KeyTag.lambdaMapping
    package var account: String
    package var region: String
    package var id: String

    package init(account: String, region: String, id: String) {
        self.account = account
        self.region = region
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.account)
        encoder.append(self.region)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.account = try decoder.readString()
        self.region = try decoder.readString()
        self.id = try decoder.readString()
    }

    package static func all(account: String, region: String) -> KeyRange<MappingKey> {
        Self.range { encoder in
            encoder.append(account)
            encoder.append(region)
        }
    }

    package var arn: ARN {
        ARN(service: "lambda", region: self.region, account: self.account, resource: "event-source-mapping:\(self.id)")
    }
}

/// A queue or a stream that feeds a function, which lies in the mapping's own account and region.
package struct MappingRecord: StoreValue, Equatable {
    package var functionName: String
    package var sourceARN: String
    package var isEnabled: Bool
    package var batchSize: Int
    package var windowSeconds: Int
    /// `ReportBatchItemFailures` is among the response types.
    package var reportsItemFailures: Bool
    /// Batches that run at once at most; nil: Lambda's own choice.
    package var maximumConcurrency: Int?
    package var lastModified: Timestamp
    /// Counts changes: a poller serves one change of one mapping.
    package var change: UInt64
    package var tags: [String: String]
    /// Event patterns; a message that none of them matches is deleted unseen. Empty: all messages count. Since version 2.
    package var filters: [String]

    /// What only streams have; nil for a queue. Since version 3.
    package var stream: StreamMappingSettings?

    package static var version: UInt8 { 3 }

    package init(
        functionName: String, sourceARN: String, isEnabled: Bool = true, batchSize: Int = LambdaLimits.defaultBatch,
        windowSeconds: Int = 0, reportsItemFailures: Bool = false, maximumConcurrency: Int? = nil,
        lastModified: Timestamp, change: UInt64 = 1, tags: [String: String] = [:], filters: [String] = [],
        stream: StreamMappingSettings? = nil
    ) {
        self.functionName = functionName
        self.sourceARN = sourceARN
        self.isEnabled = isEnabled
        self.batchSize = batchSize
        self.windowSeconds = windowSeconds
        self.reportsItemFailures = reportsItemFailures
        self.maximumConcurrency = maximumConcurrency
        self.lastModified = lastModified
        self.change = change
        self.tags = tags
        self.filters = filters
        self.stream = stream
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.functionName)
        writer.string(self.sourceARN)
        writer.bool(self.isEnabled)
        writer.int(self.batchSize)
        writer.int(self.windowSeconds)
        writer.bool(self.reportsItemFailures)
        writer.optional(self.maximumConcurrency) { $0.int($1) }
        writer.timestamp(self.lastModified)
        writer.uint(self.change)
        writer.stringMap(self.tags)
        writer.strings(self.filters)
        writer.optional(self.stream) { $1.encode(into: &$0) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.functionName = try reader.readString()
        self.sourceARN = try reader.readString()
        self.isEnabled = try reader.readBool()
        self.batchSize = Int(try reader.readInt())
        self.windowSeconds = Int(try reader.readInt())
        self.reportsItemFailures = try reader.readBool()
        self.maximumConcurrency = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt()) }
        self.lastModified = try reader.readTimestamp()
        self.change = try reader.readUInt()
        self.tags = try reader.readStringMap()
        self.filters = version >= 2 ? try reader.readStrings() : []
        self.stream =
            version >= 3
            ? try reader.readOptional { (reader) throws(RecordError) in try StreamMappingSettings(from: &reader) } : nil
    }

    package func functionKey(of key: MappingKey) -> FunctionKey {
        FunctionKey(account: key.account, region: key.region, name: self.functionName)
    }
}

extension Call {
    /// A mapping. Errors: ResourceNotFoundException.
    package mutating func mapping(_ key: MappingKey) throws(ServiceError) -> MappingRecord {
        guard let record = try self.get(key) else {
            throw LambdaError.resourceNotFound("The resource you requested does not exist.")
        }
        return record
    }
}
