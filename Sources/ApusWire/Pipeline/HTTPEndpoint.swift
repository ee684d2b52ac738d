package import ApusService

/// Something that answers plain HTTP on hosts or paths of its own, such as function URLs.
package protocol HTTPEndpoint: Sendable {
    /// The name in metrics: `lambda-url`.
    var name: String { get }

    /// Whether the request is for this endpoint, by its host or path alone.
    func claims(_ request: HTTPRequest) -> Bool

    /// Answers. `authenticate` checks the request's signature for that service and says who signed; it throws what is wrong
    /// with the signature, and answers `.anonymous` where there is none.
    func handle(
        _ request: HTTPRequest, requestID: String, host: ServiceHost,
        authenticate: @escaping @Sendable () throws(ServiceError) -> CallContext, exchange: any Exchange)
}
