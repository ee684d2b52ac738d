internal import CApusSandbox
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The server's end of the launcher process: commands go out at once, events come in on the event loop.
///
/// If the launcher is lost, the kernel has killed all environments; `onLost` says so, and the next command starts a new one.
final class Launcher: @unchecked Sendable {
    // SAFETY: all state is touched on `eventLoop` only.

    private struct Pending {
        var bytes: [UInt8]
        var output: Int32?
        /// A template's, which stays the caller's.
        var door: Int32?
        var input: Int32?
        var channel: Int32?

        func closeOwn() {
            for end in [self.output, self.input, self.channel] { if let end { close(end) } }
        }
    }

    private let eventLoop: any EventLoop
    private var process: apus_launcher?
    private var pending: [Pending] = []
    var onEvent: (UInt64, LaunchEvent) -> Void = { _, _ in }
    var onLost: () -> Void = {}

    /// What environments will be started in.
    private let isolation: Isolation

    init(eventLoop: any EventLoop, isolation: Isolation) {
        self.eventLoop = eventLoop
        self.isolation = isolation
    }

    /// Starts the process unless it runs. Returns what went wrong.
    func start() -> StartFailure? {
        guard self.process == nil else { return nil }
        var started = apus_launcher()
        let failure = apus_launcher_start(&started, self.isolation == .namespaces ? 1 : 0)
        guard failure == 0 else {
            return StartFailure(
                cause: .machine, sentence: "the launcher could not be started: \(ErrorText.describe(failure))")
        }
        self.process = started
        NIOPipeBootstrap(group: self.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LaunchEventReader(launcher: self))
                }
            }
            .takingOwnershipOfDescriptor(input: started.events)
            .whenFailure { _ in self.lost() }
        return nil
    }

    /// Sends a command; `output`, `input` and `channel`, if any, are closed here once it is on its way. `door`: of the template
    /// that is to fork. `input`: the process's standard input. `channel`: for the sockets of the environment's own network.
    func send(
        _ bytes: [UInt8], output: Int32? = nil, door: Int32? = nil, input: Int32? = nil, channel: Int32? = nil
    ) {
        self.eventLoop.preconditionInEventLoop()
        self.pending.append(Pending(bytes: bytes, output: output, door: door, input: input, channel: channel))
        if self.pending.count == 1 { self.sendPending() }
    }

    private func sendPending() {
        guard let process = self.process else {
            for item in self.pending { item.closeOwn() }
            self.pending.removeAll()
            return
        }
        while let item = self.pending.first {
            let descriptors = [item.output, item.door, item.input, item.channel].compactMap { $0 }
            let result = apus_launcher_send(
                process.commands, item.bytes, item.bytes.count, descriptors, descriptors.count)
            if result == EAGAIN {
                self.eventLoop.scheduleTask(in: .milliseconds(1)) { self.sendPending() }
                return
            }
            item.closeOwn()
            // Any other failure means that the launcher has gone; its event pipe tells.
            self.pending.removeFirst()
        }
    }

    /// Closes the command socket, upon which the launcher ends everything and itself. Returns its pid to be waited for with
    /// `Launcher.wait`.
    func stop() -> Int32? {
        guard let process = self.process else { return nil }
        self.process = nil
        close(process.commands)
        return process.pid
    }

    /// Blocks until the launcher has ended.
    static func wait(pid: Int32, milliseconds: Int32) { apus_launcher_wait(pid, milliseconds) }

    fileprivate func lost() {
        guard let pid = self.stop() else { return }
        self.sendPending()
        // It has ended, or is about to: its pipe is closed.
        apus_launcher_wait(pid, 100)
        self.onLost()
    }
}

/// Cuts the event pipe into records.
private final class LaunchEventReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let launcher: Launcher
    private var partial: [UInt8] = []

    init(launcher: Launcher) { self.launcher = launcher }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = self.unwrapInboundIn(data)
        self.partial.append(contentsOf: buffer.readableBytesView)
        var offset = 0
        while self.partial.count - offset >= LaunchEvent.recordBytes {
            let decoded = self.partial.withUnsafeBytes { bytes in
                LaunchEvent.decode(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + LaunchEvent.recordBytes]))
            }
            offset += LaunchEvent.recordBytes
            if let decoded { self.launcher.onEvent(decoded.environment, decoded.event) }
        }
        self.partial.removeFirst(offset)
    }

    func channelInactive(context: ChannelHandlerContext) { self.launcher.lost() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
