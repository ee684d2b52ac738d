internal import ApusBase
package import ApusService
internal import ApusStore
package import ApusWire

/// Answers at function URLs: finds the function, asks its resource policy, invokes it, and turns what it returned into an
/// HTTP answer.
package struct FunctionURLEndpoint: HTTPEndpoint {
    private struct Target: Sendable {
        var function: FunctionTarget
        var url: FunctionURLRecord
    }
    private struct Refusal: Error { var response: HTTPResponse }
    private let invoker: any SynchronousInvocation

    package init(invoker: any SynchronousInvocation) { self.invoker = invoker }

    package var name: String { "lambda-url" }

    package func claims(_ request: HTTPRequest) -> Bool { FunctionURLAddress(request) != nil }

    package func handle(
        _ request: HTTPRequest, requestID: String, host: ServiceHost,
        authenticate: @escaping @Sendable () throws(ServiceError) -> CallContext, exchange: any Exchange
    ) {
        Task(executorPreference: exchange.executor) {
            var response: HTTPResponse
            do throws(Refusal) {
                response = try await self.answer(request, requestID, host, authenticate)
            } catch {
                response = error.response
            }
            response.headers.add("x-amzn-requestid", requestID)
            exchange.reply(response)
        }
    }

    private func answer(
        _ request: HTTPRequest, _ requestID: String, _ host: ServiceHost,
        _ authenticate: () throws(ServiceError) -> CallContext
    ) async throws(Refusal) -> HTTPResponse {
        guard let address = FunctionURLAddress(request), let target = try self.target(address.id, host) else {
            throw Self.forbidden
        }
        let cors = target.url.cors.map { CORSRules($0) }
        if let preflight = cors?.preflight(request) { return preflight }
        var event = FunctionURLEvent(
            request: request, address: address, region: target.function.key.region, requestID: requestID,
            now: host.clock.now)
        let session = try self.authorized(request, requestID, target, host, authenticate, &event)
        let payload = event.json
        guard payload.count <= LambdaLimits.synchronousPayloadBytes else {
            throw Refusal(response: FunctionURLResponse.refusal(413, "Request Entity Too Large"))
        }
        var response = try await self.invoke(target, payload, requestID, session)
        cors?.apply(to: &response, for: request)
        return response
    }

    private static let forbidden = Refusal(response: FunctionURLResponse.refusal(403, "Forbidden"))
    private static let failed = Refusal(response: FunctionURLResponse.refusal(502, "Internal Server Error"))

    private func target(_ id: String, _ host: ServiceHost) throws(Refusal) -> Target? {
        do throws(ServiceError) {
            return try host.read(CallContext.system(host)) { (call) throws(ServiceError) in
                guard let owner = try call.get(FunctionURLByIDKey(id: id)),
                    let url = try call.url(function: owner.function, qualifier: owner.qualifier),
                    let function = try call.target(
                        owner.key, id: owner.function, qualifier: owner.qualifier, choosing: .weighted)
                else { return nil }
                return Target(function: function, url: url)
            }
        } catch {
            throw Self.answer(error)
        }
    }

    // MARK: Who may

    /// The session in which the function is invoked, once the caller may. Fills in what the event says of the caller.
    private func authorized(
        _ request: HTTPRequest, _ requestID: String, _ target: Target, _ host: ServiceHost,
        _ authenticate: () throws(ServiceError) -> CallContext, _ event: inout FunctionURLEvent
    ) throws(Refusal) -> Session {
        var context = CallContext(
            principal: .anonymous, account: target.function.key.account, region: target.function.key.region,
            requestID: requestID,
            now: host.clock.now, sourceIP: request.remoteAddress, userAgent: request.headers["user-agent"],
            isSecure: request.isSecure, trace: CallContext.trace(sent: request.headers["x-amzn-trace-id"]))
        if target.url.authType != "NONE" {
            let signed: CallContext
            do throws(ServiceError) { signed = try authenticate() } catch {
                throw Refusal(response: FunctionURLResponse.refusal(403, error.answer.message))
            }
            guard signed.principal != .anonymous, let scope = SignatureScope(request), scope.service == "lambda" else {
                throw Self.forbidden
            }
            context.principal = signed.principal
            context.account = signed.account
            event.caller = signed.principal
            event.accessKeyID = scope.accessKeyID
        }
        let session = Session(host: host, context: context)
        let isAllowed: Bool
        do throws(ServiceError) {
            isAllowed = try session.read { (call) throws(ServiceError) in
                let function = target.function
                var demand = Demand("lambda:InvokeFunctionUrl", on: function.arn, account: function.key.account)
                demand.conditions = [(key: "lambda:FunctionUrlAuthType", values: [target.url.authType])]
                demand.resourcePolicy = try call.policy(
                    function: function.record.id, qualifier: function.qualifier)?.document
                return try call.allows(demand)
            }
        } catch {
            throw Self.answer(error)
        }
        guard isAllowed else { throw Self.forbidden }
        return session
    }

    // MARK: What came of it

    private func invoke(
        _ target: Target, _ payload: [UInt8], _ requestID: String, _ session: Session
    ) async throws(Refusal) -> HTTPResponse {
        let response: HTTPResponse?
        do throws(ServiceError) {
            let event = IncomingEvent(payload: payload, requestID: requestID, trace: session.context.trace)
            if target.url.invokeMode == "RESPONSE_STREAM" {
                let stream = try await self.invoker.stream(target.function, event, in: session)
                response = try await FunctionURLStream.response(to: stream)
            } else {
                let outcome = try await self.invoker.run(target.function, event, in: session)
                response = outcome.functionError == nil ? FunctionURLResponse.infer(outcome) : nil
            }
        } catch {
            throw Self.answer(error)
        }
        guard let response else { throw Self.failed }
        return response
    }

    private static func answer(_ error: ServiceError) -> Refusal {
        let answer = error.answer
        if answer.code == "TooManyRequestsException" || answer.code == "ThrottlingException" {
            return Refusal(response: FunctionURLResponse.refusal(429, "Rate Exceeded."))
        }
        return answer.status == 503
            ? Refusal(response: FunctionURLResponse.refusal(503, "Service Unavailable")) : self.failed
    }
}

/// What a signature says of itself, before it is checked.
private struct SignatureScope {
    var accessKeyID: String
    var service: Substring

    /// From `Credential=id/date/region/service/aws4_request` in the header, or from `X-Amz-Credential` in the query.
    init?(_ request: HTTPRequest) {
        var text: String?
        if let header = request.headers["authorization"], let mark = Self.range(of: "Credential=", in: header) {
            text = String(header[mark...].prefix { $0 != "," && $0 != " " })
        } else if let mark = Self.range(of: "X-Amz-Credential=", in: request.query) {
            text = PercentEncoding.decode(request.query[mark...].prefix { $0 != "&" }, plus: .literal)
        }
        guard let parts = text?.split(separator: "/", omittingEmptySubsequences: false), parts.count >= 5 else {
            return nil
        }
        self.accessKeyID = parts.dropLast(4).joined(separator: "/")
        self.service = parts[parts.count - 2]
    }

    /// Where what follows `mark` begins.
    private static func range(of mark: String, in text: String) -> String.Index? {
        var rest = text[...]
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.index(rest.startIndex, offsetBy: mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
