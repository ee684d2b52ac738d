internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Listeners that come while the server runs: sockets of networks that the server itself is not in.
extension HTTPServer {
    /// Takes connections from a TCP socket that listens already, and serves them like any other, until the returned function is
    /// called or the server shuts down. The socket is the server's from now on; it is closed at once where the server does not run.
    package func adopt(listening descriptor: Int32) -> @Sendable () -> Void {
        let opened: (number: UInt64, listener: EventLoopFuture<any Channel>)? = self.state.withLock { state in
            guard case .running(var running) = state else { return nil }
            let listener = self.bootstrap(running.pipeline)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .withBoundSocket(descriptor)
            running.lastAdopted += 1
            running.adopted[running.lastAdopted] = listener
            state = .running(running)
            return (running.lastAdopted, listener)
        }
        guard let opened else {
            close(descriptor)
            return {}
        }
        return {
            self.state.withLock { state in
                guard case .running(var running) = state else { return }
                running.adopted[opened.number] = nil
                state = .running(running)
            }
            opened.listener.whenSuccess { $0.close(promise: nil) }
        }
    }
}
