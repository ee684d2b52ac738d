package import ApusWire

/// One thing that an operator asks of a running server over its admin socket.
///
/// Adding one is a value in the list that `RunningServer` gives to `AdminServer`, and a command that calls `AdminClient`.
package struct AdminCommand: Sendable {
    /// `GET` for what only looks; upper case.
    package let method: String
    /// Below `/_apus/`, as on the port: `/_apus/backup`.
    package let path: String
    /// Answers the exchange once, from any thread. Called on an event loop: must not block.
    package let perform: @Sendable (HTTPRequest, any Exchange) -> Void

    package init(
        _ method: String, _ path: String, perform: @escaping @Sendable (HTTPRequest, any Exchange) -> Void
    ) {
        self.method = method
        self.path = path
        self.perform = perform
    }

    /// A command whose answer is there at once.
    package init(_ method: String, _ path: String, answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
        self.init(method, path) { request, exchange in exchange.reply(answer(request)) }
    }
}
