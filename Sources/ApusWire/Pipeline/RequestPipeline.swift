internal import ApusBase
package import ApusService
internal import ApusStore

/// The life of a request: route → authenticate → decode and validate → perform → encode → record.
///
/// Each step is a file of its own beside this one; authorisation happens inside the operation's transaction.
package final class RequestPipeline: RequestHandler {
    private let host: ServiceHost
    private let router: RequestRouter
    private let authenticator: Authenticator
    private let endpoints: [(service: String, endpoint: any HTTPEndpoint)]
    private let recorder: any RequestRecorder
    private let scopes = SignedScopeCache()

    /// - Parameter account: in whose name requests without a signature act: the server's first account.
    package init(
        host: ServiceHost, services: [ServiceDefinition], account: String, region: String, recorder: any RequestRecorder
    ) {
        self.host = host
        self.router = RequestRouter(services)
        self.authenticator = Authenticator(host: host, account: account, region: region)
        self.endpoints = services.flatMap { service in service.endpoints.map { (service.model.name, $0) } }
        self.recorder = recorder
    }

    /// Whether an endpoint beside the APIs takes the request, by its host or path.
    package func claims(_ request: HTTPRequest) -> Bool { self.endpoints.contains { $0.endpoint.claims(request) } }

    package func handle(_ request: HTTPRequest, _ exchange: any Exchange) {
        let started = self.host.clock.monotonicNanoseconds
        let requestID = self.host.entropy.uuid()
        for (service, endpoint) in self.endpoints where endpoint.claims(request) {
            return self.hand(request, to: endpoint, of: service, requestID, exchange, started)
        }
        let scopes = self.scopes
        let signature = Result { () throws(SignatureFailure) in try SigV4.parse(request, cache: scopes) }
        let route: OperationRoute
        do throws(RequestRouter.Refusal) {
            route = try self.router.route(request, scope: (try? signature.get())??.scope.service)
        } catch {
            return self.refuse(error, request, requestID, exchange, started)
        }
        // First of all that costs much: what is thrown away should be cheap, or throwing away keeps nobody's latency.
        if route.entry.admission == .whileWritesKeepUp, self.host.store.isBehind {
            let nobody = self.authenticator.anonymous(request, requestID: requestID)
            return self.flight(request, route, nobody, exchange, started).fail(CommonError.throttling())
        }
        let context: CallContext
        do throws(Authenticator.Failure) {
            context = try self.authenticate(request, signature, route.service, requestID)
        } catch {
            let nobody = self.authenticator.anonymous(request, requestID: requestID)
            let flight = self.flight(request, route, nobody, exchange, started)
            let family = SignatureFailure.Family(route.wireProtocol, signingName: route.service.model.signingName)
            return flight.fail(error.answer(family))
        }
        route.entry.start(self.flight(request, route, context, exchange, started))
    }

    /// Who sent the request. Services that take none from strangers end theirs here.
    private func authenticate(
        _ request: HTTPRequest, _ signature: Result<RequestSignature?, SignatureFailure>, _ service: ServiceDefinition,
        _ requestID: String
    ) throws(Authenticator.Failure) -> CallContext {
        switch signature {
        case .failure(let failure): throw .signature(failure)
        case .success(nil) where !service.allowsAnonymous: throw .signature(.missingAuthentication)
        case .success(let signature): return try self.authenticator.context(request, signature, requestID: requestID)
        }
    }

    private func flight(
        _ request: HTTPRequest, _ route: OperationRoute, _ context: CallContext, _ exchange: any Exchange,
        _ started: UInt64
    ) -> InFlight {
        InFlight(
            request: request, route: route, context: context, host: self.host, exchange: exchange,
            recorder: self.recorder, startedNanoseconds: started)
    }

    /// Answers a request that names no operation we have.
    private func refuse(
        _ refusal: RequestRouter.Refusal, _ request: HTTPRequest, _ requestID: String, _ exchange: any Exchange,
        _ started: UInt64
    ) {
        let answer = refusal.error.answer
        let response = refusal.model.render(answer, as: refusal.wireProtocol, requestID: requestID)
        exchange.reply(response)
        self.recorder.record(
            RequestRecord(
                requestID: requestID, service: "-", operation: "-", status: response.status, errorCode: answer.code,
                account: nil, durationNanoseconds: self.host.clock.monotonicNanoseconds &- started,
                requestBytes: request.body.count, responseBytes: response.body.count))
    }

    private func hand(
        _ request: HTTPRequest, to endpoint: any HTTPEndpoint, of service: String, _ requestID: String,
        _ exchange: any Exchange, _ started: UInt64
    ) {
        let recording = RecordingExchange(exchange) { [recorder, host] response in
            recorder.record(
                RequestRecord(
                    requestID: requestID, service: service, operation: endpoint.name, status: response.status,
                    errorCode: nil,
                    account: nil, durationNanoseconds: host.clock.monotonicNanoseconds &- started,
                    requestBytes: request.body.count, responseBytes: response.body.count))
        }
        let authenticator = self.authenticator
        endpoint.handle(
            request, requestID: requestID, host: self.host,
            authenticate: { () throws(ServiceError) in
                let signature: RequestSignature?
                do throws(SignatureFailure) {
                    signature = try SigV4.parse(request)
                } catch {
                    throw .api(error.apiError(.restJSON))
                }
                do throws(Authenticator.Failure) {
                    return try authenticator.context(request, signature, requestID: requestID)
                } catch {
                    throw .api(error.answer(.restJSON))
                }
            }, exchange: recording)
    }
}

extension Authenticator.Failure {
    /// What the caller is told, in the words of a family of services.
    fileprivate func answer(_ family: SignatureFailure.Family) -> APIError {
        switch self {
        case .signature(let failure): failure.apiError(family)
        case .service(let error): error.answer
        }
    }
}

/// An exchange that tells what was answered.
private final class RecordingExchange: Exchange {
    private let base: any Exchange
    private let recorded: @Sendable (HTTPResponse) -> Void

    init(_ base: any Exchange, _ recorded: @escaping @Sendable (HTTPResponse) -> Void) {
        self.base = base
        self.recorded = recorded
    }

    func reply(_ response: HTTPResponse) {
        self.base.reply(response)
        self.recorded(response)
    }

    func onDisconnect(_ action: @escaping @Sendable () -> Void) { self.base.onDisconnect(action) }
    var executor: any TaskExecutor { self.base.executor }
}
