package import ApusBase
package import ApusStore

/// `4030, function, qualifier`: what is set for events that a function gets asynchronously.
package struct EventInvokeKey: QualifierKey {
    package typealias Value = EventInvokeRecord
    package static let tag = KeyTag.lambdaEventInvoke
    package var function: UInt64
    /// `$LATEST`, a version or an alias.
    package var qualifier: String

    package init(function: UInt64, qualifier: String) {
        self.function = function
        self.qualifier = qualifier
    }
}

/// How long an event is tried, and who hears how it ended. nil: not set.
package struct EventInvokeRecord: StoreValue, Equatable {
    package var maximumRetryAttempts: Int?
    package var maximumEventAgeSeconds: Int?
    /// ARNs.
    package var onSuccess: String?
    package var onFailure: String?
    package var lastModified: Timestamp

    package init(
        maximumRetryAttempts: Int? = nil, maximumEventAgeSeconds: Int? = nil, onSuccess: String? = nil,
        onFailure: String? = nil, lastModified: Timestamp
    ) {
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAgeSeconds = maximumEventAgeSeconds
        self.onSuccess = onSuccess
        self.onFailure = onFailure
        self.lastModified = lastModified
    }

    package func encode(into writer: inout RecordWriter) {
        writer.optional(self.maximumRetryAttempts) { $0.int($1) }
        writer.optional(self.maximumEventAgeSeconds) { $0.int($1) }
        writer.optional(self.onSuccess) { $0.string($1) }
        writer.optional(self.onFailure) { $0.string($1) }
        writer.timestamp(self.lastModified)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.maximumRetryAttempts = try reader.readOptional { (reader) throws(RecordError) in Int(try reader.readInt())
        }
        self.maximumEventAgeSeconds = try reader.readOptional { (reader) throws(RecordError) in
            Int(try reader.readInt())
        }
        self.onSuccess = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.onFailure = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.lastModified = try reader.readTimestamp()
    }

    package var retryLimits: RetrySchedule.Limits {
        var limits = RetrySchedule.Limits()
        if let retries = self.maximumRetryAttempts { limits.functionRetries = retries }
        if let seconds = self.maximumEventAgeSeconds { limits.maximumAgeMilliseconds = Int64(seconds) * 1000 }
        return limits
    }
}
