internal import Glibc

/// Turns SIGINT and SIGTERM into a call's return.
///
/// A handler and a pipe, because children inherit both a blocked mask and an ignored signal but no handler: functions must
/// be stoppable. A second signal ends the process at once.
package struct ShutdownSignals: Sendable {
    private let stream: AsyncStream<Int32>

    /// Replaces the two signals' dispositions. Call it once, before other threads exist.
    package static func install() -> ShutdownSignals {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe: the process has no free descriptors at its start")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        ShutdownPipe.writeEnd = ends[1]
        let readEnd = ends[0]
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ShutdownPipe.startReader(readEnd) { continuation.yield($0) }
        for signalNumber in [SIGINT, SIGTERM] {
            signal(signalNumber) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(ShutdownPipe.writeEnd, &byte, 1)
            }
        }
        return ShutdownSignals(stream: stream)
    }

    /// Returns after the first signal. One caller only.
    package func first() async {
        for await _ in self.stream { return }
    }
}

private enum ShutdownPipe {
    // SAFETY: written once, before a handler that reads it is installed and before other threads exist.
    nonisolated(unsafe) static var writeEnd: Int32 = -1

    static func startReader(_ readEnd: Int32, _ received: @escaping @Sendable (Int32) -> Void) {
        final class Box: Sendable {
            let readEnd: Int32
            let received: @Sendable (Int32) -> Void
            init(_ readEnd: Int32, _ received: @escaping @Sendable (Int32) -> Void) {
                self.readEnd = readEnd
                self.received = received
            }
        }
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(readEnd, received))
        let started = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                var count = 0
                while true {
                    var byte: UInt8 = 0
                    let got = read(box.readEnd, &byte, 1)
                    if got < 0, errno == EINTR { continue }
                    guard got == 1 else { return nil }
                    count += 1
                    if count > 1 { _exit(128 + Int32(byte)) }
                    box.received(Int32(byte))
                }
            }, box.toOpaque())
        precondition(started == 0, "no thread could be started")
        pthread_detach(thread)
    }
}
