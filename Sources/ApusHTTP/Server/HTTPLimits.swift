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
    /// Requests of one HTTP/2 connection that are open at once. Past it, the connection is ended. RFC 9113 §6.5.2 wants 100 at
    /// least, and 100 is what SwiftNIO enforces until the peer has read a larger number.
    package var concurrentStreams: Int = 100
    /// What an HTTP/2 peer may send of one body before it is told to go on; and of all bodies of a connection together.
    package var streamWindowBytes: Int = 262_144
    package var connectionWindowBytes: Int = 4_194_304
    /// PING, SETTINGS and PRIORITY frames, streams that the peer resets, and streams that it breaks, each within half a
    /// minute. Past it the connection is ended. (CVE-2019-9512 and its kin, CVE-2023-44487.)
    package var http2EventsPerHalfMinute: Int = 200
    /// One message of a WebSocket, in however many frames. API Gateway takes 128 KiB.
    package var webSocketMessageBytes: Int = 131_072
    /// Messages to one WebSocket's peer that it has not taken yet. Past it, `send` refuses.
    package var webSocketUnsentBytes: Int = 1_048_576
    /// Connections open at once. Past it, a connection is answered 503 and closed.
    package var connections: Int = 16_384

    package init() {}
}
