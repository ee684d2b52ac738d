/// The numbers of Lambda.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and the pages of the operations.
package enum LambdaLimits {
    /// Bytes of a package in a request (`Code.ZipFile`, decoded).
    package static let zippedBytes = 50 << 20
    /// Bytes of a package unpacked.
    package static let unzippedBytes = 250 << 20
    /// Files of a package. Our own, against archives of millions of empty files.
    package static let zippedFiles = 100_000
    /// Bytes of an event for a synchronous invocation: "Request must be smaller than 6291456 bytes for the InvokeFunction
    /// operation", in Lambda's own words. A response may have 100 more.
    package static let synchronousPayloadBytes = 6_291_456
    /// Bytes of an event for an asynchronous invocation.
    package static let asynchronousPayloadBytes = 1_048_576
    /// "Up to 3,583 bytes of base64-encoded data about the invoking client" (Invoke).
    package static let clientContextBytes = 3_583
    /// Bytes of all environment variables, names and values.
    package static let environmentBytes = 4_096
    /// Bytes of all packages of an account in a region, layers and versions included: 75 GB.
    package static let accountCodeBytes = 80_530_636_800
    /// Environments of one account that run at once.
    package static let accountConcurrency = 1_000
    /// Environments of a function that isolates tenants, for 1,000 of its concurrency (developer guide, tenant isolation).
    package static let tenantEnvironmentsPerThousand = 2_500
    /// Of these, what no function may have for itself.
    package static let unreservedConcurrency = 100
    /// Invocations of one function for one event and what it causes, before the next is taken for a loop.
    package static let loopInvocations = 16
    /// Layers of a function.
    package static let layers = 5
    /// Versions that are deleted in one transaction. Our own.
    package static let versionsDeletedAtOnce = 100
    /// Versions, aliases, layers, configurations and settings of events that one answer lists at most.
    package static let pageItems = 50
    /// The default of `Timeout`, in seconds.
    package static let defaultTimeoutSeconds = 3
    /// The default of `MemorySize`, in MiB.
    package static let defaultMemoryMiB = 128
    /// The default of `EphemeralStorage.Size`, in MiB.
    package static let defaultEphemeralMiB = 512
    /// Functions that one ListFunctions answers at most.
    package static let pageFunctions = 50
    /// Seconds for which an environment's credentials are good; environments are retired before.
    package static let credentialSeconds = 6 * 3_600
    /// Seconds for which the address of a package in GetFunction is good.
    package static let locationSeconds = 600
    /// The default of `BatchSize` for queues.
    package static let defaultBatch = 10
    /// The default of `BatchSize` for streams.
    package static let defaultStreamBatch = 100
    /// The least `MaximumRecordAgeInSeconds`.
    package static let leastRecordAgeSeconds = 60
    /// Messages in a batch from a FIFO queue, and from a standard queue without a batching window.
    package static let smallBatch = 10
    /// Batches of a mapping that run at once when it begins.
    package static let startingBatches = 5
    /// Bytes of a tumbling window's state: "a maximum of 1 MB per shard. If it exceeds that size, Lambda terminates the window early".
    package static let windowStateBytes = 1 << 20
    /// Filters of a mapping. AWS: 5, and 10 for who asks.
    package static let filters = 10
    /// Batches of a mapping without `MaximumConcurrency` that run at once while its queue stays full. AWS: 1,250.
    package static let mostBatches = 64
    /// Event source mappings that one ListEventSourceMappings answers at most.
    package static let pageMappings = 100
    /// "ephemeral storage greater than 512 MB" is what SnapStart does not support, in MiB.
    package static let snapStartEphemeralMiB = 512
    /// Versions that are initialised for their snapshots at once. Our own.
    package static let snapshotsAtOnce = 4
    /// Bytes of a resource policy.
    package static let policyBytes = 20_480
    /// Tags of a function.
    package static let tags = 50
}
