internal import Synchronization

/// What one event loop has counted. Written on the loop, read by anyone.
final class LoopCounters: Sendable {
    let connectionsAccepted = Atomic<Int>(0)
    let connectionsOpen = Atomic<Int>(0)
    let connectionsTimedOut = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let requestRounds = Atomic<Int>(0)
    let requestsRefused = Atomic<Int>(0)
    let handshakesFailed = Atomic<Int>(0)
    let bytesReceived = Atomic<Int>(0)
    let bytesSent = Atomic<Int>(0)
    let mailboxRounds = Atomic<Int>(0)

    /// Adds without a locked instruction: each counter has one writer.
    @inline(__always)
    static func add(_ number: Int, to counter: borrowing Atomic<Int>) {
        counter.store(counter.load(ordering: .relaxed) &+ number, ordering: .relaxed)
    }
}
