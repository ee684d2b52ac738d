/// What somebody wants of a running server.
package enum ServerRequest: Sendable {
    /// To end after what runs is finished.
    case stop
    /// To make room for its program as the file is now (`ProgramReplacement`). `answer` is called once: with nil before the
    /// server ends, or with a sentence that says why it goes on.
    case replace(answer: @Sendable (String?) -> Void)
}

/// Where signals and commands leave their requests, and the server takes them, in order.
package final class ServerRequests: Sendable {
    private let stream: AsyncStream<ServerRequest>
    private let continuation: AsyncStream<ServerRequest>.Continuation

    package init() {
        // The newest are dropped past the bound: the server ends with the first that it grants.
        (self.stream, self.continuation) = AsyncStream.makeStream(
            of: ServerRequest.self, bufferingPolicy: .bufferingOldest(16))
    }

    /// From any thread.
    package func add(_ request: ServerRequest) {
        guard case .dropped(let dropped) = self.continuation.yield(request), case .replace(let answer) = dropped else {
            return
        }
        answer("Too many requests wait.")
    }

    /// The next request; waits for it. One caller only.
    package func next() async -> ServerRequest {
        for await request in self.stream { return request }
        return .stop
    }
}
