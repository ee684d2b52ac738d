internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What a server does that ends while its port stays open, because somebody else holds the listening socket too.
extension HTTPServer {
    /// Copies of the listening sockets, closed when a program is executed. While one of them is open the kernel takes
    /// connections and keeps them for whoever accepts next. Empty where the server does not run.
    package func duplicateListeners() async -> [Int32] {
        var copies: [Int32] = []
        for listener in self.listeners {
            let copy: Int32? = try? await listener.eventLoop.submit {
                try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    fcntl($0, F_DUPFD_CLOEXEC, 3)
                }
            }.get()
            if let copy, copy >= 0 { copies.append(copy) }
        }
        return copies
    }

    /// Goes on accepting and answering, but has every answer say `connection: close`, so that clients with connections that they
    /// keep make new ones. Returns when all connections that were there have ended so, at the latest after `patience`.
    ///
    /// - Parameter whenAnnounced: called once no answer leaves any more that does not say so.
    ///
    /// Without this a client's next request can meet the end of its idle connection, and be lost (RFC 9112, section 9.6).
    package func retire(patience: Duration, whenAnnounced: () -> Void = {}) async {
        let retired: [EventLoopFuture<Void>] = self.loops.map { $0.retire() }
        await self.turnLoops()
        whenAnnounced()
        let loops = self.loops
        let timer: Scheduled<Void> = loops[0].eventLoop.scheduleTask(in: TimeAmount(patience)) {
            for loop in loops { loop.stopWaiting() }
        }
        try? await EventLoopFuture.andAllComplete(retired, on: loops[0].eventLoop).get()
        timer.cancel()
    }

    /// Returns when each event loop has come round once: never, where one hangs.
    package func turnLoops() async {
        for loop in self.loops { try? await loop.eventLoop.submit {}.get() }
    }

    private var listeners: [any Channel] {
        self.state.withLock { state in
            if case .running(let running) = state { running.listeners } else { [] }
        }
    }

    /// Accepts no more, and waits until what was accepted has arrived on its loop: a listener that is closed at once drops
    /// connections on their way from its loop to theirs.
    func stopAccepting(_ listeners: [any Channel]) async {
        for listener in listeners { try? await listener.setOption(.autoRead, value: false).get() }
        for _ in 0..<2 {
            for loop in self.loops { try? await loop.eventLoop.submit {}.get() }
            for listener in listeners { try? await listener.eventLoop.submit {}.get() }
        }
    }
}
