internal import ApusBase
internal import CApusSandbox
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The templates that run: one for each interpreter that has one. Confined to the runner's event loop.
///
/// A template holds no function's code, so all accounts share it. It is started when a function is made for its interpreter, and
/// until it is ready environments are started as if there were none.
final class Templates: @unchecked Sendable {
    // SAFETY: all state is touched on `eventLoop` only.

    private enum State: Equatable {
        case starting
        case ready
        /// It ended or failed; it may be tried again from this time on.
        case failed(until: UInt64)
    }

    private final class Template {
        let id: UInt64
        let door: Int32
        var state: State = .starting
        init(id: UInt64, door: Int32) {
            self.id = id
            self.door = door
        }
        deinit { close(self.door) }
    }

    /// How long nothing is tried after a failure.
    static let pauseNanoseconds: UInt64 = 60 * 1_000_000_000

    private let eventLoop: any EventLoop
    private let launcher: Launcher
    private let clock: any Clock
    private let folder: String
    /// By the interpreter's path.
    private var templates: [String: Template] = [:]
    private var isStopped = false

    init(eventLoop: any EventLoop, launcher: Launcher, clock: any Clock, folder: String) {
        self.eventLoop = eventLoop
        self.launcher = launcher
        self.clock = clock
        self.folder = folder
    }

    /// The door of the interpreter's template when it can fork now. Starts one otherwise, named `id()` to the launcher.
    func door(interpreter path: String, id: () -> UInt64) -> Int32? {
        self.prepare(interpreter: path, id: id)
        guard let template = self.templates[path], template.state == .ready else { return nil }
        return template.door
    }

    /// Starts the interpreter's template unless it runs.
    func prepare(interpreter path: String, id: () -> UInt64) {
        guard !self.isStopped else { return }
        if let template = self.templates[path] {
            guard case .failed(let until) = template.state, self.clock.monotonicNanoseconds >= until else { return }
        }
        self.templates[path] = nil
        guard self.launcher.start() == nil else { return }
        var (own, theirs): (Int32, Int32) = (-1, -1)
        guard apus_template_pair(&own, &theirs) == 0 else { return }
        let template = Template(id: id(), door: own)
        self.templates[path] = template
        // It keeps the server's user: what it forks takes its own. Its own limits bound those of what it forks.
        let confinement = Confinement(user: nil, temporaryDirectory: "", cgroup: nil, memoryMiB: 1 << 20)
        let command = LaunchCommand.spawn(
            environment: template.id, directory: "/",
            arguments: PythonTemplate.arguments(interpreter: path, folder: self.folder),
            variables: PythonTemplate.variables(folder: self.folder), confinement: confinement, template: .interpreter)
        guard let command else {
            close(theirs)
            return
        }
        self.launcher.send(command, output: theirs)
        self.listen(template, path)
    }

    /// Waits for its word, and for its end.
    private func listen(_ template: Template, _ path: String) {
        let copy = fcntl(template.door, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { return self.fail(path) }
        let id = template.id
        NIOPipeBootstrap(group: self.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TemplateReader(templates: self, path: path, id: id))
                }
            }
            .takingOwnershipOfDescriptor(input: copy)
            .whenFailure { _ in self.fail(path) }
    }

    fileprivate func heard(_ isReady: Bool, _ path: String, id: UInt64) {
        guard let template = self.templates[path], template.id == id else { return }
        if isReady { template.state = .ready } else { self.fail(path) }
    }

    /// It did not do what it is for: it is ended, and tried again after a pause.
    func fail(_ path: String) {
        guard let template = self.templates[path] else { return }
        if case .failed = template.state { return }
        template.state = .failed(until: self.clock.monotonicNanoseconds &+ Self.pauseNanoseconds)
        self.launcher.send(LaunchCommand.signal(SIGKILL, environment: template.id))
    }

    /// The launcher has been lost, and they with it.
    func lost() { self.templates.removeAll() }

    /// Closes the doors, upon which the templates end.
    func stop() {
        self.isStopped = true
        self.templates.removeAll()
    }
}

/// Hears what a template says: `ready`, once; anything else is an error message on its way to its end.
private final class TemplateReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let templates: Templates
    private let path: String
    private let id: UInt64

    init(templates: Templates, path: String, id: UInt64) {
        self.templates = templates
        self.path = path
        self.id = id
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isReady = self.unwrapInboundIn(data).readableBytesView.elementsEqual("ready".utf8)
        self.templates.heard(isReady, self.path, id: self.id)
    }

    func channelInactive(context: ChannelHandlerContext) { self.templates.heard(false, self.path, id: self.id) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
