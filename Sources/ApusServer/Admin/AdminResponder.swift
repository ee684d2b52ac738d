internal import ApusBase
package import ApusWire

/// Answers what lies under `/_apus/` and the health page that tools for other emulators wait for. No signature is asked for
/// here, so nothing here tells or changes what a stranger must not know or change.
package struct AdminResponder: Sendable {
    /// What the pipeline has to do.
    package enum Answer: Sendable {
        case response(HTTPResponse)
        /// The request may empty the server: do it, then answer `resetDone` or `resetFailed`.
        case reset
    }

    private let mode: ServerMode
    private let configuredHost: String
    private let metricsAccess: Configuration.Access
    private let services: [String]
    private let metrics: Metrics
    private let initStatus: InitStatus

    /// - Parameter services: names as AWS tools know them: `sqs`, `lambda`, `logs`, `iam`, `sts`.
    package init(
        configuration: Configuration, mode: ServerMode, services: [String], metrics: Metrics,
        initStatus: InitStatus = InitStatus()
    ) {
        self.initStatus = initStatus
        self.mode = mode
        self.configuredHost = configuration.host
        self.metricsAccess = configuration.metricsAccess
        self.services = services.sorted()
        self.metrics = metrics
    }

    /// The answer, or nil where the request is not for this: it then belongs to a service.
    ///
    /// Under the host name of a function URL every path is the function's.
    package func answer(_ request: HTTPRequest) -> Answer? {
        guard Self.mayAnswer(request), request.headers["host"]?.contains(".lambda-url.") != true else {
            return nil
        }
        switch request.path {
        case "/_apus/health", "/_localstack/health":
            return self.reading(request) { self.health() }
        case "/_apus/metrics":
            return self.reading(request) { self.metricsPage(request) }
        case "/_apus/reset":
            return self.reset(request)
        case "/_localstack/init":
            return self.reading(request) { self.initPage(request, nil) }
        default:
            if let stage = InitStage.allCases.first(where: {
                request.path == "/_localstack/init/\($0.rawValue.lowercased())"
            }) {
                return self.reading(request) { self.initPage(request, stage) }
            }
            let isOurs = request.path.hasPrefix("/_apus/") || request.path.hasPrefix("/_localstack/")
            return isOurs || request.path == "/_apus" ? .response(Self.problem(404, "There is nothing here.")) : nil
        }
    }

    /// False for all but a few requests: `answer` has nothing for them.
    package static func mayAnswer(_ request: HTTPRequest) -> Bool { request.path.hasPrefix("/_") }

    /// The answer to a reset that was done.
    package static let resetDone: HTTPResponse = Self.json(200, Array("{}".utf8))

    /// The answer to a reset that the store refused, with its reason.
    package static func resetFailed(_ reason: String) -> HTTPResponse { Self.problem(503, reason) }

    private func reading(_ request: HTTPRequest, _ make: () -> HTTPResponse) -> Answer {
        guard request.method == "GET" || request.method == "HEAD" else {
            var response = Self.problem(405, "Only GET is answered here.")
            response.headers.add("allow", "GET, HEAD")
            return .response(response)
        }
        return .response(make())
    }

    private func health() -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("services")
        writer.beginObject()
        for service in self.services {
            writer.key(service)
            writer.string("running")
        }
        writer.endObject()
        writer.key("edition")
        writer.string("apus")
        writer.key("version")
        writer.string(ApusVersion.current)
        writer.endObject()
        return Self.json(200, writer.bytes)
    }

    private func metricsPage(_ request: HTTPRequest) -> HTTPResponse {
        guard self.metricsAccess == .everyone || Loopback.contains(request.remoteAddress) else {
            return Self.problem(403, "Metrics are for this machine; the setting metrics_access opens them to everyone.")
        }
        return HTTPResponse(
            status: 200, headers: HTTPFields(["content-type": Metrics.contentType]), body: self.metrics.page())
    }

    /// Names of scripts tell what a server is used for.
    private func initPage(_ request: HTTPRequest, _ stage: InitStage?) -> HTTPResponse {
        guard self.mode == .dev || Loopback.contains(request.remoteAddress) else {
            return Self.problem(403, "The state of init scripts is for this machine.")
        }
        return Self.json(200, self.initStatus.json(of: stage))
    }

    /// A web page must not be able to call this, whatever it is served from: the header cannot be sent across origins without
    /// a permission that this server never gives, a request that has an origin is refused all the same, and the host must be
    /// one that no foreign name server can point here.
    private func reset(_ request: HTTPRequest) -> Answer {
        guard request.method == "POST" else {
            var response = Self.problem(405, "Only POST resets.")
            response.headers.add("allow", "POST")
            return .response(response)
        }
        guard self.mode == .dev else {
            return .response(Self.problem(403, "Only apus dev can be reset."))
        }
        guard request.headers["x-apus"] == "reset" else {
            return .response(Self.problem(403, "A reset needs the header \"X-Apus: reset\"."))
        }
        guard request.headers["origin"] == nil, self.isOwn(host: request.headers["host"]) else {
            return .response(Self.problem(403, "A reset is not taken from web pages or under foreign host names."))
        }
        return .reset
    }

    private func isOwn(host: String?) -> Bool {
        guard let host else { return false }
        var name = host[...]
        if let colon = name.lastIndex(of: ":"),
            name[name.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            name = name[..<colon]
        }
        return Loopback.contains(String(name)) || name == self.configuredHost || name == "[\(self.configuredHost)]"
    }

    /// A refusal: `{"message": …}`.
    static func problem(_ status: Int, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("message")
        writer.string(message)
        writer.endObject()
        return Self.json(status, writer.bytes)
    }

    /// An answer in JSON, which nobody keeps.
    static func json(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPFields(["content-type": "application/json", "cache-control": "no-store"]),
            body: body)
    }
}
