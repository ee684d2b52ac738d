internal import Glibc

/// Turns SIGINT and SIGTERM into the request to stop, and SIGHUP of a service into the request to make room for the program's
/// new file.
///
/// A handler and a pipe, because children inherit both a blocked mask and an ignored signal but no handler: functions must
/// be stoppable. A second signal to stop ends the process at once.
package enum ServerSignals {
    /// What SIGHUP means: that the terminal was closed, or, to a service, that there is something new.
    package enum HangUp: Sendable { case ends, replaces }

    /// Replaces the signals' dispositions. Call it once, before other threads exist.
    ///
    /// - Parameter refused: gets the sentence that says why SIGHUP had no effect.
    package static func deliver(
        to requests: ServerRequests, hangUp: HangUp, refused: @escaping @Sendable (String) -> Void
    ) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe: the process has no free descriptors at its start")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.writeEnd = ends[1]
        let readEnd = ends[0]
        BackgroundThread.start { self.read(readEnd, requests, refused) }
        for signalNumber in hangUp == .replaces ? [SIGINT, SIGTERM, SIGHUP] : [SIGINT, SIGTERM] {
            signal(signalNumber) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(ServerSignals.writeEnd, &byte, 1)
            }
        }
    }

    // SAFETY: written once, before a handler that reads it is installed and before other threads exist.
    private nonisolated(unsafe) static var writeEnd: Int32 = -1

    private static func read(
        _ readEnd: Int32, _ requests: ServerRequests, _ refused: @escaping @Sendable (String) -> Void
    ) {
        var stops = 0
        while true {
            var byte: UInt8 = 0
            let got = Glibc.read(readEnd, &byte, 1)
            if got < 0, errno == EINTR { continue }
            guard got == 1 else { return }
            if Int32(byte) == SIGHUP {
                requests.add(.replace { problem in if let problem { refused(problem) } })
                continue
            }
            stops += 1
            if stops > 1 { _exit(128 + Int32(byte)) }
            requests.add(.stop)
        }
    }
}
