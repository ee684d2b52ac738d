internal import ApusWire
internal import Synchronization

/// Stands at the port before the server is whole: requests that come then are asked to come again.
final class RequestGate: RequestHandler {
    private let desk = Mutex<FrontDesk?>(nil)

    func open(_ desk: FrontDesk) { self.desk.withLock { $0 = desk } }

    func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        guard let desk = self.desk.withLock({ $0 }) else {
            return exchange.reply(HTTPResponse(status: 503, headers: HTTPFields(["retry-after": "1"])))
        }
        desk.handle(request, exchange)
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
