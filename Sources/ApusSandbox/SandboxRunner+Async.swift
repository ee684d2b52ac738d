package import ApusBase
package import ApusService
internal import NIOCore
internal import NIOPosix

/// The runner's life for callers that know no event loops.
extension SandboxRunner {
    /// Starts a runner on an event loop of its own.
    package static func launch(
        configuration: SandboxConfiguration, clock: any Clock, entropy: any Entropy,
        sink: @escaping @Sendable ([FunctionLogEvent]) -> Void
    ) async throws -> SandboxRunner {
        let eventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        return try await Self.start(
            configuration: configuration, on: eventLoop, clock: clock, entropy: entropy, sink: sink
        ).get()
    }

    /// Ends all environments and waits for them. The event loop's thread ends with the process.
    package func stop() async { try? await self.shutdown().get() }
}
