internal import ApusWire
internal import Synchronization

/// Stands at the port before the server is whole: requests that come then wait for it, a fraction of a second as a rule. Past
/// `most` they are asked to come again.
final class RequestGate: RequestHandler {
    private static let most = 4_096

    private struct State {
        var desk: FrontDesk?
        var waiting: [(request: HTTPRequest, exchange: any Exchange)] = []
    }
    private enum Turn {
        case goesOn(FrontDesk)
        case waits
        case isTooMany
    }
    private let state = Mutex(State())

    /// Lets requests through, first those that waited. Call it once.
    func open(_ desk: FrontDesk) {
        let waiting = self.state.withLock { state in
            state.desk = desk
            defer { state.waiting = [] }
            return state.waiting
        }
        for (request, exchange) in waiting { desk.handle(request, exchange) }
    }

    func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        let turn: Turn = self.state.withLock { state in
            if let desk = state.desk { return .goesOn(desk) }
            guard state.waiting.count < Self.most else { return .isTooMany }
            state.waiting.append((request, exchange))
            return .waits
        }
        switch turn {
        case .goesOn(let desk): desk.handle(request, exchange)
        case .waits: return
        case .isTooMany: exchange.reply(HTTPResponse(status: 503, headers: HTTPFields(["retry-after": "1"])))
        }
    }
}

/// Gives each request to whom it is for: the operator's pages or the services.
final class FrontDesk: RequestHandler {
    private let admin: AdminResponder
    private let pipeline: RequestPipeline
    private let reset: @Sendable (@escaping @Sendable (String?) -> Void) -> Void

    init(
        admin: AdminResponder, pipeline: RequestPipeline,
        reset: @escaping @Sendable (@escaping @Sendable (String?) -> Void) -> Void
    ) {
        self.admin = admin
        self.pipeline = pipeline
        self.reset = reset
    }

    func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        // Services have paths below `/_apus/` too; the operator's pages are what is left.
        let isOurs = AdminResponder.mayAnswer(request) && !self.pipeline.claims(request)
        let answer = isOurs ? self.admin.answer(request) : nil
        switch answer {
        case nil: self.pipeline.handle(request, exchange)
        case .response(let response): exchange.reply(response)
        case .reset:
            self.reset { failure in
                exchange.reply(failure.map { AdminResponder.resetFailed($0) } ?? AdminResponder.resetDone)
            }
        }
    }
}
