internal import ApusBase
internal import ApusService
internal import CApusSandbox
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The process that has initialised a version of a function and forks its environments: Runtimes/python/apus_snapshot.py. Confined
/// to the runner's event loop.
final class FunctionTemplate: @unchecked Sendable {
    // SAFETY: all state is touched on the runner's event loop only.

    /// What it says of itself, once.
    enum Word: Equatable {
        case ready
        case unsuitable(String)
        /// Its code has failed: the error's type and payload.
        case error(type: String, payload: [UInt8])
        /// Its door is closed.
        case gone
    }

    /// Its name to the launcher.
    let id: UInt64
    let slot: Int
    let spec: EnvironmentSpec
    let runtime: RuntimeIdentifier
    let program: RuntimeProgram
    let startedAt: UInt64
    var log: EnvironmentLog
    var gauge = MemoryGauge(peakFile: nil, pid: 0)
    var reader: OutputReader?
    var network: EnvironmentNetwork?
    var confinement: Confinement?
    /// When the credentials that its code has seen are too old for another environment.
    var goodUntil: UInt64 = 0
    /// Who wants to hear what comes of it.
    var completions: [@Sendable (SnapshotOutcome) -> Void]
    var isLaunched = false
    /// It is in the statistics.
    var isCounted = false
    private(set) var door: Int32 = -1

    init(
        id: UInt64, slot: Int, pool: Pool, runner: RunnerLoop, completions: [@Sendable (SnapshotOutcome) -> Void]
    ) {
        self.id = id
        self.slot = slot
        self.spec = pool.spec
        self.runtime = pool.runtime
        self.program = pool.program
        self.startedAt = runner.clock.monotonicNanoseconds
        self.completions = completions
        let stream = EnvironmentLog.streamName(
            version: pool.spec.version, at: runner.clock.now, entropy: runner.entropy)
        self.log = EnvironmentLog(spec: pool.spec, stream: stream, clock: runner.clock, sink: runner.sink)
        self.log.platform(
            .initStart(
                Self.initialization, runtime: pool.runtime.name,
                runtimeARN: runner.setup.runtimeVersions.arn(of: pool.runtime.name, region: pool.spec.region),
                functionName: pool.spec.functionName, functionVersion: pool.spec.version))
    }

    deinit { if self.door >= 0 { close(self.door) } }

    private static let initialization = PlatformEvent.Initialization(type: "snap-start", phase: .initialising)

    /// Its initialisation is over.
    func logInit(_ status: PlatformLines.Status, now: UInt64) {
        self.drain()
        self.log.endOutput()
        self.log.platform(.initRuntimeDone(Self.initialization, status))
        self.log.platform(.initReport(Self.initialization, nanoseconds: now &- self.startedAt, status))
        self.log.flush()
    }

    func drain() { _ = self.reader?.read(limit: SandboxLimits.logBurstBytes) { self.log.output($0) } }

    func tell(_ outcome: SnapshotOutcome) {
        let completions = self.completions
        self.completions = []
        for completion in completions { completion(outcome) }
    }

    /// Takes the server's end of its door, and hears from it.
    func listen(_ door: Int32, on eventLoop: any EventLoop, heard: @escaping (Word) -> Void) -> Bool {
        self.door = door
        let copy = fcntl(door, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { return false }
        let reader = NIOLoopBound(heard, eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            // A message is read whole or not at all.
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1 << 17))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DoorReader(heard: reader.value))
                }
            }
            .takingOwnershipOfDescriptor(input: copy)
            .whenFailure { _ in reader.value(.gone) }
        return true
    }
}

private final class DoorReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let heard: (FunctionTemplate.Word) -> Void

    init(heard: @escaping (FunctionTemplate.Word) -> Void) { self.heard = heard }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let parts = Array(self.unwrapInboundIn(data).readableBytesView)
            .split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        switch texts.first {
        case "ready": self.heard(.ready)
        case "unsuitable" where texts.count > 1: self.heard(.unsuitable(texts[1]))
        case "error" where parts.count == 3: self.heard(.error(type: texts[1], payload: Array(parts[2])))
        default: self.heard(.gone)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { self.heard(.gone) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
