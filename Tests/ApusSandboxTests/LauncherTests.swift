import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import ApusSandbox

/// The launcher's process by itself.
@Suite struct LauncherTests {
    /// A process makes a group of its own as the first thing that it does; before that there is no group to send a signal to.
    @Test(.timeLimit(.minutes(1))) func `a signal right after the start is not lost`() async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let launcher = Launcher(eventLoop: eventLoop, isolation: .process)
        let environments: ClosedRange<UInt64> = 1...50
        let ends = environments.map { _ in eventLoop.makePromise(of: ApusSandbox.ExitStatus.self) }
        let started = eventLoop.submit {
            launcher.onEvent = { environment, event in
                if case .exited(let status, _) = event { ends[Int(environment) - 1].succeed(status) }
            }
            if let failure = launcher.start() { throw StartFailureError(sentence: failure.sentence) }
            for environment in environments {
                let pipe = try OutputReader.makePipe()
                let command = LaunchCommand.spawn(
                    environment: environment, directory: "/", arguments: ["/bin/sleep", "1000"], variables: [],
                    confinement: Confinement(user: nil, temporaryDirectory: "/tmp", cgroup: nil, memoryMiB: 128))
                launcher.send(try #require(command), output: pipe.writeEnd)
                launcher.send(LaunchCommand.signal(SIGKILL, environment: environment))
            }
        }
        try await started.get()
        for end in ends { #expect(try await end.futureResult.get() == .signal(SIGKILL)) }
        let pid = try await eventLoop.submit { launcher.stop() }.get()
        if let pid { Launcher.wait(pid: pid, milliseconds: 5_000) }
    }
}
