/// Every number of this target, with unit and source.
package enum SandboxLimits {
    /// "The Init phase is limited to 10 seconds" (Lambda developer guide, execution environment life cycle).
    package static let initSeconds = 10
    /// 6 MiB and room for an envelope: the payload limit the Runtime API enforces, "6291556 bytes" in its own error.
    package static let payloadBytes = 6 * 1024 * 1024 + 100
    /// "The maximum response payload size for streamed responses is 200 MB" (Lambda quotas).
    package static let streamBytes = 200 * 1024 * 1024
    /// The Runtime API takes error causes of up to 1 MiB in a header (`Lambda-Runtime-Function-XRay-Error-Cause`).
    package static let headBytes = 1024 * 1024 + 64 * 1024
    /// Log tail of an Invoke answer: "the last 4 KB of the execution log".
    package static let logTailBytes = 4096
    /// A CloudWatch Logs event holds at most 256 KiB; a longer line is cut into several.
    package static let logLineBytes = 256 * 1024
    /// What an environment may print at once, and per second in the long run, before lines are dropped.
    package static let logBurstBytes = 8 * 1024 * 1024
    package static let logBytesPerSecond = 2 * 1024 * 1024
    /// An environment's output is read in turns: how much in one, and how often.
    package static let outputBytesPerTurn = 1024 * 1024
    package static let outputTurnMilliseconds = 20
    /// Connections one environment may hold to its Runtime API.
    package static let connectionsPerEnvironment = 64
    /// What the server holds of incomplete requests of one environment: two of the largest.
    package static let heldBytesPerEnvironment = 2 * (Self.payloadBytes + Self.headBytes)
    /// "File descriptors: 1,024" and "Execution processes/threads: 1,024" (Lambda quotas).
    package static let fileDescriptors = 1024
    package static let processes = 1024
    /// Of all environments together, where they share the server's ordinary user.
    package static let processesOfAll = 4096
    /// "/tmp directory storage: between 512 MB and 10,240 MB" (Lambda quotas); enforced per file where /tmp is not a mount.
    package static let temporaryFileBytes = 512 * 1024 * 1024
    /// "Shutdown: 300 ms – 2,000 ms" (execution environment life cycle): from SIGTERM to SIGKILL.
    package static let endGraceMilliseconds = 500
    /// "Shutdown: 2,000 ms" with external extensions (execution environment life cycle).
    package static let shutdownMilliseconds = 2000
    /// An environment whose credentials end sooner than this takes no new event: the longest invocation is 15 minutes.
    package static let credentialMarginSeconds = 15 * 60
    /// Invocations that may wait for environments that are being started, beyond those that these are started for.
    package static let waitingInvocations = 64
    /// An idle environment whose runtime can is asked to give memory back after so long without an event, …
    package static let giveBackAfterMilliseconds = 5_000
    /// … not sooner than so long after the last time: it takes 15 to 30 ms of processor time, …
    package static let giveBackApartMilliseconds = 60_000
    /// … and is ended where it has not asked for an event again after so long.
    package static let giveBackLimitMilliseconds = 2_000
    /// Processes that wait for a function, at most, over all sizes of memory.
    package static let waitingProcessesOfAll = 16
    /// How long after one was taken the next is started.
    package static let waitingDelayMilliseconds: Int64 = 100
    /// One that has been started so long ago is ready sooner than one that would be started now: Java takes 100 ms to be ready, 70
    /// for a function of its own.
    package static let waitingHeadStartMilliseconds = 100
    /// After so long without a function for them they are ended.
    package static let waitingIdleSeconds = 600
    /// After one that failed, or for want of memory, none is started for so long.
    package static let waitingPauseSeconds = 60
    /// "The time limit is 130 seconds or the configured function timeout (maximum 900 seconds), whichever is higher" (Lambda developer
    /// guide, execution environment life cycle): of an initialisation for a snapshot.
    package static let snapshotInitSeconds = 130
    /// After a snapshot that could not be made none of its version is tried for so long.
    package static let snapshotPauseSeconds = 60
    /// What a function has that does not say: "MemorySize … The default value is 128 MB", and of /tmp 512 MB (CreateFunction).
    package static let standardMemoryMiB = 128
    package static let standardEphemeralMiB = 512
    /// Lambda gives one CPU at 1,769 MiB (Lambda developer guide, configuring memory).
    package static let memoryMiBPerCPU = 1769
}
