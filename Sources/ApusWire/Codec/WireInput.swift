/// What an operation's input is read from, once the operation is known.
package enum WireInput: Sendable {
    /// The body of an AWS JSON request.
    case json([UInt8])
    /// The parameters of a Query request.
    case query(QueryForm)
    /// A REST request, the labels of its path, and what its body is written in.
    case rest(HTTPRequest, URILabels, RESTFormat = .json)
    /// The body of an RPC-v2-CBOR request.
    case cbor([UInt8])
}
