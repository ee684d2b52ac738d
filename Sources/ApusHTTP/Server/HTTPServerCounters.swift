internal import Synchronization

/// What a server has done since it was made; a value at one moment, for metrics.
package struct HTTPServerCounters: Sendable, Equatable {
    package var connectionsAccepted = 0
    package var connectionsOpen = 0
    /// Connections closed, or requests refused, because the peer was too slow. Idle connections count too.
    package var connectionsTimedOut = 0
    /// Requests handed to the handler.
    package var requests = 0
    /// Times that requests were handed over, all that were read in a turn of an event loop together; `requests` over this tells how
    /// well they batch.
    package var requestRounds = 0
    /// Requests and connections that the front door answered itself: malformed, too large, too slow, too many.
    package var requestsRefused = 0
    /// Connections that began TLS and did not get through its handshake.
    package var handshakesFailed = 0
    package var bytesReceived = 0
    /// Bytes handed to the sockets' queues.
    package var bytesSent = 0
    /// Bytes of bodies that are coming in or not answered yet, at this moment.
    package var bodyBytesHeld = 0
    /// Times that an event loop was woken for answers from other threads; `requests` over this tells how well they batch.
    package var mailboxRounds = 0

    package init() {}

    mutating func add(_ loop: LoopCounters) {
        self.connectionsAccepted += loop.connectionsAccepted.load(ordering: .relaxed)
        self.connectionsOpen += loop.connectionsOpen.load(ordering: .relaxed)
        self.connectionsTimedOut += loop.connectionsTimedOut.load(ordering: .relaxed)
        self.requests += loop.requests.load(ordering: .relaxed)
        self.requestRounds += loop.requestRounds.load(ordering: .relaxed)
        self.requestsRefused += loop.requestsRefused.load(ordering: .relaxed)
        self.handshakesFailed += loop.handshakesFailed.load(ordering: .relaxed)
        self.bytesReceived += loop.bytesReceived.load(ordering: .relaxed)
        self.bytesSent += loop.bytesSent.load(ordering: .relaxed)
        self.mailboxRounds += loop.mailboxRounds.load(ordering: .relaxed)
    }
}
