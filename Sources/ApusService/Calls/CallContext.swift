package import ApusBase

/// The facts of one request that are the same in every run of its body.
package struct CallContext: Sendable {
    package var principal: Principal
    /// The account in which the call acts: 12 digits.
    package var account: String
    package var region: String
    package var requestID: String
    /// When the request came; the time of every rule in the call.
    package var now: Timestamp
    package var sourceIP: String?
    package var userAgent: String?
    package var isSecure: Bool
    /// The endpoint that the request came to, as the client named it: `http://localhost:4566`. URLs given out begin with it.
    package var endpoint: String

    package init(
        principal: Principal, account: String, region: String, requestID: String, now: Timestamp,
        sourceIP: String? = nil, userAgent: String? = nil, isSecure: Bool = false,
        endpoint: String = "http://localhost:4566"
    ) {
        self.principal = principal
        self.account = account
        self.region = region
        self.requestID = requestID
        self.now = now
        self.sourceIP = sourceIP
        self.userAgent = userAgent
        self.isSecure = isSecure
        self.endpoint = endpoint
    }
}
