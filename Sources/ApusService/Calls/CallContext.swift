package import ApusBase

/// The facts of one request that are the same in every run of its body.
///
/// A value, kept as one reference: it goes along through every layer, and its dozen fields would be counted each time.
package struct CallContext: Sendable {
    private var facts: Facts

    package init(
        principal: Principal, account: String, region: String, requestID: String, now: Timestamp,
        sourceIP: String? = nil, userAgent: String? = nil, isSecure: Bool = false,
        endpoint: String = "http://localhost:4566", trace: String? = nil
    ) {
        self.facts = Facts(
            principal: principal, account: account, region: region, requestID: requestID, now: now, sourceIP: sourceIP,
            userAgent: userAgent, isSecure: isSecure, endpoint: endpoint, trace: trace)
    }

    package var principal: Principal {
        get { self.facts.principal }
        set { self.change { $0.principal = newValue } }
    }
    /// The account in which the call acts: 12 digits.
    package var account: String {
        get { self.facts.account }
        set { self.change { $0.account = newValue } }
    }
    package var region: String {
        get { self.facts.region }
        set { self.change { $0.region = newValue } }
    }
    /// When the request came; the time of every rule in the call.
    package var now: Timestamp {
        get { self.facts.now }
        set { self.change { $0.now = newValue } }
    }
    /// The trace header of what caused the call (`X-Amzn-Trace-Id`), which goes on to what the call causes.
    package var trace: String? {
        get { self.facts.trace }
        set { self.change { $0.trace = newValue } }
    }
    package var requestID: String { self.facts.requestID }
    package var sourceIP: String? { self.facts.sourceIP }
    package var userAgent: String? { self.facts.userAgent }
    package var isSecure: Bool { self.facts.isSecure }
    /// The endpoint that the request came to, as the client named it: `http://localhost:4566`. URLs given out begin with it.
    package var endpoint: String { self.facts.endpoint }

    /// A trace header as a client sent it; nil for what cannot be handed on: too long, or no printable ASCII.
    package static func trace(sent header: String?) -> String? {
        guard let header, header.utf8.count <= 1_024, header.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return nil
        }
        return header
    }

    private mutating func change(_ body: (Facts) -> Void) {
        if !isKnownUniquelyReferenced(&self.facts) { self.facts = self.facts.copy() }
        body(self.facts)
    }

    /// SAFETY: changed only by `change`, when nobody else has a reference.
    private final class Facts: @unchecked Sendable {
        var principal: Principal
        var account: String
        var region: String
        let requestID: String
        var now: Timestamp
        let sourceIP: String?
        let userAgent: String?
        let isSecure: Bool
        let endpoint: String
        var trace: String?

        init(
            principal: Principal, account: String, region: String, requestID: String, now: Timestamp,
            sourceIP: String?, userAgent: String?, isSecure: Bool, endpoint: String, trace: String?
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
            self.trace = trace
        }

        func copy() -> Facts {
            Facts(
                principal: self.principal, account: self.account, region: self.region, requestID: self.requestID,
                now: self.now, sourceIP: self.sourceIP, userAgent: self.userAgent, isSecure: self.isSecure,
                endpoint: self.endpoint, trace: self.trace)
        }
    }
}
