internal import ApusBase
internal import ApusWire
internal import NIOCore

/// A client's side of the opening handshake (RFC 6455 §4.1), checked.
struct WebSocketOffer: Equatable {
    /// What the answer must prove to have read.
    let key: String
    let subprotocols: [String]

    /// Whether a request asks for a WebSocket at all; what else it must have is not looked at.
    static func isMade(by head: RequestHead) -> Bool {
        guard head.asksToUpgrade, head.request.method == "GET" else { return false }
        return Self.elements("upgrade", of: head.request).contains("websocket")
    }

    init(_ head: RequestHead) throws(Refusal) {
        let request = head.request
        if head.contentLength != 0 { throw .malformed("a body in a request for a WebSocket") }
        guard Self.values("sec-websocket-version", of: request) == ["13"] else { throw .unsupportedWebSocketVersion }
        let keys = Self.values("sec-websocket-key", of: request)
        guard keys.count == 1, keys[0].utf8.count == 24, Base64.decode(keys[0])?.count == 16 else {
            throw .malformed("Sec-WebSocket-Key is not 16 bytes in Base64")
        }
        self.key = keys[0]
        self.subprotocols = Self.values("sec-websocket-protocol", of: request).flatMap { value in
            value.split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
        }
    }

    /// Appends the answer that ends HTTP on the connection.
    func writeAcceptance(subprotocol: String?, into buffer: inout ByteBuffer) {
        // The identifier is the RFC's: it makes an answer that no server gives by accident.
        let proof = Digest.sha1(Array((self.key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        buffer.writeStaticString("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n")
        buffer.writeString("sec-websocket-accept: \(Base64.encode(proof))\r\n")
        // A name that was not offered must not be answered.
        if let subprotocol, self.subprotocols.contains(subprotocol) {
            buffer.writeString("sec-websocket-protocol: \(subprotocol)\r\n")
        }
        buffer.writeStaticString("\r\n")
    }

    private static func values(_ name: String, of request: HTTPRequest) -> [String] {
        request.headers.fields.filter { $0.name == name }.map(\.value)
    }

    private static func elements(_ name: String, of request: HTTPRequest) -> [String] {
        self.values(name, of: request).flatMap(RequestHeadBuilder.tokens)
    }
}
