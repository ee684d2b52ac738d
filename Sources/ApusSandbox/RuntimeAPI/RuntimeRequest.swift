/// A request of a runtime client, decoded.
package struct RuntimeRequest: Equatable, Sendable {
    package enum Call: Equatable, Sendable {
        case next
        case response(requestID: String)
        case error(requestID: String)
        case initError
        /// What runs when an environment is restored from a snapshot has failed.
        case restoreError
        case `extension`(ExtensionCall)
        /// A path or method that this API does not have.
        case unknown(Unknown)
    }
    /// What an extension asks: of the Extensions API, the Telemetry API or the Logs API.
    package enum ExtensionCall: Equatable, Sendable {
        case register, next, initError, exitError
        case subscribe(TelemetrySubscription.API)
    }
    package enum Unknown: Sendable { case path, method }
    package enum Body: Equatable, Sendable {
        case bytes([UInt8])
        /// Longer than the limit; it has been read and thrown away. `announced` is its Content-Length, if it had one.
        case tooLarge(announced: Int?)
    }

    package var call: Call
    package var body: Body
    /// `Lambda-Runtime-Function-Error-Type`
    package var errorType: String?
    package var keepAlive: Bool
    /// Of a response that is streamed; nil for all others.
    package var contentType: String?
    /// Of a poll: `Apus-Gives-Back`, which only our own runtimes send. The answer may be the word to give memory back.
    package var givesBack = false
    /// Who asks, of an extension's requests.
    package var fields: ExtensionFields?

    /// The headers of an extension's requests.
    package struct ExtensionFields: Equatable, Sendable {
        /// `Lambda-Extension-Name`
        package var name: String?
        /// `Lambda-Extension-Identifier`
        package var identifier: String?
        /// `Lambda-Extension-Function-Error-Type`
        package var errorType: String?
        /// `Lambda-Extension-Accept-Feature: accountId`
        package var wantsAccount = false

        package init() {}
    }

    package init(call: Call, body: Body, errorType: String?, keepAlive: Bool, contentType: String? = nil) {
        self.call = call
        self.body = body
        self.errorType = errorType
        self.keepAlive = keepAlive
        self.contentType = contentType
    }

    /// What follows the body of a streamed response: an error in the middle of it.
    package struct Trailers: Equatable, Sendable {
        /// `Lambda-Runtime-Function-Error-Type`
        package var errorType: String?
        /// `Lambda-Runtime-Function-Error-Body`: JSON in Base64.
        package var errorBody: String?

        package init(errorType: String? = nil, errorBody: String? = nil) {
            self.errorType = errorType
            self.errorBody = errorBody
        }
    }

    /// The call a method and a path name: `/2018-06-01/runtime/…`.
    package static func call(method: some StringProtocol, path: some StringProtocol) -> Call {
        let prefix = "/2018-06-01/runtime/"
        guard path.hasPrefix(prefix) else { return self.extensionCall(method: method, path: path) }
        let rest = path.dropFirst(prefix.count)
        if rest == "invocation/next" { return method == "GET" ? .next : .unknown(.method) }
        if rest == "init/error" { return method == "POST" ? .initError : .unknown(.method) }
        if rest == "restore/error" { return method == "POST" ? .restoreError : .unknown(.method) }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "invocation", !parts[1].isEmpty else { return .unknown(.path) }
        guard parts[2] == "response" || parts[2] == "error" else { return .unknown(.path) }
        guard method == "POST" else { return .unknown(.method) }
        return parts[2] == "response" ? .response(requestID: String(parts[1])) : .error(requestID: String(parts[1]))
    }

    private static func extensionCall(method: some StringProtocol, path: some StringProtocol) -> Call {
        let (wanted, call): (String, ExtensionCall)
        switch path {
        case "/2020-01-01/extension/register": (wanted, call) = ("POST", .register)
        case "/2020-01-01/extension/event/next": (wanted, call) = ("GET", .next)
        case "/2020-01-01/extension/init/error": (wanted, call) = ("POST", .initError)
        case "/2020-01-01/extension/exit/error": (wanted, call) = ("POST", .exitError)
        case "/2022-07-01/telemetry": (wanted, call) = ("PUT", .subscribe(.telemetry))
        case "/2020-08-15/logs": (wanted, call) = ("PUT", .subscribe(.logs))
        default: return .unknown(.path)
        }
        return method == wanted ? .extension(call) : .unknown(.method)
    }
}
