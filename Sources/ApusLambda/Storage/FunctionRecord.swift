package import ApusBase
package import ApusService
internal import ApusStore

/// A function: its configuration and where its code lies.
package struct FunctionRecord: StoreValue, Equatable {
    /// Never reused: a function made again under the same name has nothing of the old one.
    package var id: UInt64
    /// Counts changes of code and configuration; with `id` the key of the pool of environments.
    package var change: UInt64
    /// The `RevisionId` of answers.
    package var revisionID: String
    package var lastModified: Timestamp
    package var configuration: FunctionSettings
    package var code: FunctionCodeRecord
    package var tags: [String: String]

    package init(
        id: UInt64, change: UInt64, revisionID: String, lastModified: Timestamp, configuration: FunctionSettings,
        code: FunctionCodeRecord, tags: [String: String]
    ) {
        self.id = id
        self.change = change
        self.revisionID = revisionID
        self.lastModified = lastModified
        self.configuration = configuration
        self.code = code
        self.tags = tags
    }

    /// The key of the pool of environments: never the same for two contents.
    package var revision: String { "\(String(self.id, radix: 16))-\(self.change)" }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(self.id)
        writer.uint(self.change)
        writer.string(self.revisionID)
        writer.timestamp(self.lastModified)
        self.configuration.encode(into: &writer)
        self.code.encode(into: &writer)
        writer.stringMap(self.tags)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = try reader.readUInt()
        self.change = try reader.readUInt()
        self.revisionID = try reader.readString()
        self.lastModified = try reader.readTimestamp()
        self.configuration = try FunctionSettings(from: &reader)
        self.code = try FunctionCodeRecord(from: &reader)
        self.tags = try reader.readStringMap()
    }
}

/// Where a function's package lies.
package struct FunctionCodeRecord: Equatable, Sendable {
    /// The 16 bytes of the blob's id.
    package var blob: [UInt8]
    /// Bytes of the package.
    package var size: Int
    /// SHA-256 of the package.
    package var sha256: [UInt8]

    package init(blob: [UInt8], size: Int, sha256: [UInt8]) {
        self.blob = blob
        self.size = size
        self.sha256 = sha256
    }

    fileprivate func encode(into writer: inout RecordWriter) {
        writer.blob(self.blob)
        writer.int(self.size)
        writer.blob(self.sha256)
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordError) {
        self.blob = try reader.readBlob()
        self.size = Int(try reader.readInt())
        self.sha256 = try reader.readBlob()
    }
}

/// What a caller configures.
package struct FunctionSettings: Equatable, Sendable {
    package var runtime: String
    package var handler: String
    package var roleARN: String
    package var description: String
    package var timeoutSeconds: Int
    package var memoryMiB: Int
    package var ephemeralMiB: Int
    package var architecture: String
    package var tracingMode: String
    package var deadLetterARN: String?
    /// The variables as a JSON object, sealed with the function's id as context; nil: none are set.
    package var variables: Sealed?
    package var logFormat: String
    package var logGroup: String
    package var applicationLogLevel: String?
    package var systemLogLevel: String?

    package init(
        runtime: String, handler: String, roleARN: String, description: String = "",
        timeoutSeconds: Int = LambdaLimits.defaultTimeoutSeconds, memoryMiB: Int = LambdaLimits.defaultMemoryMiB,
        ephemeralMiB: Int = LambdaLimits.defaultEphemeralMiB, architecture: String = "x86_64",
        tracingMode: String = "PassThrough", deadLetterARN: String? = nil, variables: Sealed? = nil,
        logFormat: String = "Text", logGroup: String
    ) {
        self.runtime = runtime
        self.handler = handler
        self.roleARN = roleARN
        self.description = description
        self.timeoutSeconds = timeoutSeconds
        self.memoryMiB = memoryMiB
        self.ephemeralMiB = ephemeralMiB
        self.architecture = architecture
        self.tracingMode = tracingMode
        self.deadLetterARN = deadLetterARN
        self.variables = variables
        self.logFormat = logFormat
        self.logGroup = logGroup
    }

    fileprivate func encode(into writer: inout RecordWriter) {
        writer.string(self.runtime)
        writer.string(self.handler)
        writer.string(self.roleARN)
        writer.string(self.description)
        writer.int(self.timeoutSeconds)
        writer.int(self.memoryMiB)
        writer.int(self.ephemeralMiB)
        writer.string(self.architecture)
        writer.string(self.tracingMode)
        writer.optional(self.deadLetterARN) { $0.string($1) }
        writer.optional(self.variables) { $1.encode(into: &$0) }
        writer.string(self.logFormat)
        writer.string(self.logGroup)
        writer.optional(self.applicationLogLevel) { $0.string($1) }
        writer.optional(self.systemLogLevel) { $0.string($1) }
    }

    fileprivate init(from reader: inout RecordReader) throws(RecordError) {
        self.runtime = try reader.readString()
        self.handler = try reader.readString()
        self.roleARN = try reader.readString()
        self.description = try reader.readString()
        self.timeoutSeconds = Int(try reader.readInt())
        self.memoryMiB = Int(try reader.readInt())
        self.ephemeralMiB = Int(try reader.readInt())
        self.architecture = try reader.readString()
        self.tracingMode = try reader.readString()
        self.deadLetterARN = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.variables = try reader.readOptional { (reader) throws(RecordError) in try Sealed(from: &reader) }
        self.logFormat = try reader.readString()
        self.logGroup = try reader.readString()
        self.applicationLogLevel = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.systemLogLevel = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }
}
