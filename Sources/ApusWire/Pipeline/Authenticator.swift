internal import ApusBase
package import ApusService

/// Establishes who sent a request: by its signature, or nobody.
///
/// Looks the access key up in a snapshot of its own before anything else is read of the request.
package final class Authenticator: Sendable {
    private let host: ServiceHost
    private let account: String
    private let region: String
    private let keys = SigningKeyCache()

    /// - Parameters:
    ///   - account: in whose name requests without a signature act.
    ///   - region: where requests without a signature act.
    package init(host: ServiceHost, account: String, region: String) {
        self.host = host
        self.account = account
        self.region = region
    }

    /// Why nobody could be established.
    package enum Failure: Error, Sendable {
        case signature(SignatureFailure)
        /// The key could not be looked up: no fault of the caller's.
        case service(ServiceError)
    }

    /// The facts of the call that the request's signature vouches for; an anonymous caller's where there is none.
    package func context(
        _ request: HTTPRequest, _ signature: RequestSignature?, requestID: String
    ) throws(Failure) -> CallContext {
        guard let signature else { return self.anonymous(request, requestID: requestID) }
        let now = self.host.clock.now
        let found: Result<KnownCredential?, ServiceError> = Result { () throws(ServiceError) in
            try self.host.read(CallContext.system(self.host, now: now)) { (call) throws(ServiceError) in
                let identities = call.ports.identities
                return try identities.credential(
                    accessKeyID: signature.scope.accessKeyID, sessionToken: signature.sessionToken, in: &call)
            }
        }
        let known: KnownCredential
        switch found {
        case .success(let credential?): known = credential
        case .success(nil): throw .signature(.unknownAccessKey(signature.scope.accessKeyID))
        case .failure(let error): throw .service(error)
        }
        do throws(SignatureFailure) {
            try SigV4.verify(request, signature, mark: known.secret, keys: self.keys, now: now) {
                String(decoding: known.secret, as: UTF8.self)
            }
        } catch {
            throw .signature(error)
        }
        if let expires = known.expires, expires <= now { throw .signature(.expiredToken) }
        return CallContext(
            principal: known.principal, account: known.principal.account ?? self.account,
            region: signature.scope.region,
            requestID: requestID, now: now, sourceIP: request.remoteAddress, userAgent: request.headers["user-agent"],
            isSecure: request.isSecure, endpoint: Self.endpoint(of: request),
            trace: CallContext.trace(sent: request.headers["x-amzn-trace-id"]))
    }

    /// The facts of a call that nobody signed.
    package func anonymous(_ request: HTTPRequest, requestID: String) -> CallContext {
        CallContext(
            principal: .anonymous, account: self.account, region: self.region, requestID: requestID,
            now: self.host.clock.now, sourceIP: request.remoteAddress, userAgent: request.headers["user-agent"],
            isSecure: request.isSecure, endpoint: Self.endpoint(of: request),
            trace: CallContext.trace(sent: request.headers["x-amzn-trace-id"]))
    }

    /// The endpoint as the client named it in `Host`.
    private static func endpoint(of request: HTTPRequest) -> String {
        (request.isSecure ? "https://" : "http://") + (request.headers["host"] ?? "localhost")
    }
}
