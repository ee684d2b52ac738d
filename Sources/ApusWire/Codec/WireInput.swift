/// What an operation's input is read from, once the operation is known.
package enum WireInput: Sendable {
    /// The body of an AWS JSON request.
    case json([UInt8])
    /// The parameters of a Query request.
    case query(QueryForm)
    /// A REST-JSON request and the labels of its path.
    case rest(HTTPRequest, URILabels)
}
