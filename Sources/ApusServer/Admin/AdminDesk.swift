package import ApusWire

/// Gives each request of the admin socket to its command; what is no command is answered as on the port (health, metrics).
///
/// Nothing is signed here: who reaches the socket owns the data directory, or is root, and could do all of it by hand.
package struct AdminDesk: RequestHandler {
    private let commands: [AdminCommand]
    private let pages: AdminResponder

    package init(commands: [AdminCommand], pages: AdminResponder) {
        self.commands = commands
        self.pages = pages
    }

    package func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        let candidates = self.commands.filter { $0.path == request.path }
        if let command = candidates.first(where: { $0.method == request.method }) {
            return command.perform(request, exchange)
        }
        guard candidates.isEmpty else {
            var response = AdminResponder.problem(405, "\(request.path) does not answer \(request.method).")
            response.headers.add("allow", candidates.map(\.method).joined(separator: ", "))
            return exchange.reply(response)
        }
        switch self.pages.answer(request) {
        case .response(let response)?: exchange.reply(response)
        case .reset?: exchange.reply(AdminResponder.problem(404, "A reset is asked for on the port, not here."))
        case nil: exchange.reply(AdminResponder.problem(404, "There is no admin command \(request.path)."))
        }
    }
}
