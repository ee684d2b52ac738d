internal import ApusBase
package import ApusService

/// How long the executions of a durable function may take, and are kept after their end.
package struct DurableSettings: Equatable, Sendable {
    package var timeoutSeconds: Int
    package var retentionDays: Int

    package init(timeoutSeconds: Int, retentionDays: Int) {
        self.timeoutSeconds = timeoutSeconds
        self.retentionDays = retentionDays
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
    /// In the order in which they are laid over each other.
    package var layers: [LayerUse]
    /// Of a durable function. Since version 4 of the record.
    package var durable: DurableSettings?
    /// Whether versions that are published are initialised then. Since version 5 of the record.
    package var snapStart = false
    package var surroundings = FunctionSurroundings()
    /// Whether an environment serves one tenant alone; never changed. Since version 7 of the record.
    package var isolatesTenants = false
    /// Of each version by itself. Since version 8 of the record.
    package var runtimeUpdate = RuntimeUpdate.auto

    package init(
        runtime: String, handler: String, roleARN: String, description: String = "",
        timeoutSeconds: Int = LambdaLimits.defaultTimeoutSeconds, memoryMiB: Int = LambdaLimits.defaultMemoryMiB,
        ephemeralMiB: Int = LambdaLimits.defaultEphemeralMiB, architecture: String = "x86_64",
        tracingMode: String = "PassThrough", deadLetterARN: String? = nil, variables: Sealed? = nil,
        logFormat: String = "Text", logGroup: String, layers: [LayerUse] = []
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
        self.layers = layers
    }

    /// The same as the runner takes it.
    var logging: FunctionLogging {
        FunctionLogging(
            format: FunctionLogging.Format(rawValue: self.logFormat) ?? .text,
            applicationLevel: self.applicationLogLevel.flatMap { FunctionLogging.Level($0) } ?? .info,
            systemLevel: self.systemLogLevel.flatMap { FunctionLogging.Level($0) } ?? .info)
    }

    func encode(into writer: inout RecordWriter) {
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
        writer.array(self.layers) { $1.encode(into: &$0) }
        writer.optional(self.durable) { writer, durable in
            writer.int(durable.timeoutSeconds)
            writer.int(durable.retentionDays)
        }
        writer.bool(self.snapStart)
        self.surroundings.encode(into: &writer)
        writer.bool(self.isolatesTenants)
        self.runtimeUpdate.encode(into: &writer)
    }

    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
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
        self.layers =
            version >= 2 ? try reader.readArray { (reader) throws(RecordError) in try LayerUse(from: &reader) } : []
        guard version >= 4 else { return }
        self.durable = try reader.readOptional { (reader) throws(RecordError) in
            DurableSettings(timeoutSeconds: Int(try reader.readInt()), retentionDays: Int(try reader.readInt()))
        }
        guard version >= 5 else { return }
        self.snapStart = try reader.readBool()
        guard version >= 6 else { return }
        self.surroundings = try FunctionSurroundings(from: &reader)
        guard version >= 7 else { return }
        self.isolatesTenants = try reader.readBool()
        guard version >= 8 else { return }
        self.runtimeUpdate = try RuntimeUpdate(from: &reader)
    }
}
