/// A request of a runtime client, decoded.
package struct RuntimeRequest: Equatable, Sendable {
    package enum Call: Equatable, Sendable {
        case next
        case response(requestID: String)
        case error(requestID: String)
        case initError
        /// A path or method that this API does not have.
        case unknown(Unknown)
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

    package init(call: Call, body: Body, errorType: String?, keepAlive: Bool) {
        self.call = call
        self.body = body
        self.errorType = errorType
        self.keepAlive = keepAlive
    }

    /// The call a method and a path name: `/2018-06-01/runtime/…`.
    package static func call(method: some StringProtocol, path: some StringProtocol) -> Call {
        let prefix = "/2018-06-01/runtime/"
        guard path.hasPrefix(prefix) else { return .unknown(.path) }
        let rest = path.dropFirst(prefix.count)
        if rest == "invocation/next" { return method == "GET" ? .next : .unknown(.method) }
        if rest == "init/error" { return method == "POST" ? .initError : .unknown(.method) }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "invocation", !parts[1].isEmpty else { return .unknown(.path) }
        guard parts[2] == "response" || parts[2] == "error" else { return .unknown(.path) }
        guard method == "POST" else { return .unknown(.method) }
        return parts[2] == "response" ? .response(requestID: String(parts[1])) : .error(requestID: String(parts[1]))
    }
}
