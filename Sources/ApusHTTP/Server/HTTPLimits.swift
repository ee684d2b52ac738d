/// How much one peer may ask of the front door.
package struct HTTPLimits: Sendable {
    /// Names and values of all header fields of a request together, and likewise its request line. Past it: 431.
    package var headerBlockBytes: Int = 65_536
    /// Header fields of a request, trailers included. Past it: 431.
    package var headerFields: Int = 256
    /// The request target. Past it: 414. The longest that AWS clients send are presigned URLs with a session token, 4–8 KiB.
    package var targetBytes: Int = 16_384
    /// The body after chunked decoding. Past it: 413.
    package var bodyBytes: Int = 67_108_864
    /// Bodies of all connections together, coming in or not answered yet. Past it: 503 for whoever wants to send more.
    package var allBodiesBytes: Int = 536_870_912
    /// Pipelined requests of one connection that are being answered at once. Past it, the connection is not read.
    package var unansweredRequests: Int = 64
    /// Connections open at once. Past it, a connection is answered 503 and closed.
    package var connections: Int = 16_384

    package init() {}
}
