internal import ApusBase
package import ApusService

/// Answers that are streams of events.
extension ServiceModel {
    private static let eventStreamType = "application/vnd.amazon.eventstream"
    private static let blobType = "application/octet-stream"

    /// The beginning of an answer that streams events, without its body, and the first bytes of that. In the RPC protocols the
    /// output's members are the payload of a message `initial-response` that comes before all events (Smithy, "Event streams",
    /// initial messages); in REST they are headers.
    package func beginEvents<Output: Shape>(
        _ output: Output, of operation: OperationBinding, as wire: WireProtocol, requestID: String
    ) -> (head: HTTPResponse, first: [UInt8]) {
        var head = self.encode(output, of: operation, as: wire, requestID: requestID)
        var first: [UInt8] = []
        switch wire {
        case .json10, .json11, .cbor:
            let payload = head.body.isEmpty ? Self.emptyPayload(wire) : head.body
            let message = EventStreamMessage.event(
                "initial-response", contentType: Self.payloadType(wire), payload: payload)
            first = message.encoded()
        case .query, .restJSON, .restXML: break
        }
        head.body = []
        head.headers.replace("content-type", Self.eventStreamType)
        return (head, first)
    }

    /// The message that carries an event.
    package func message<Event: EventShape>(_ event: Event, as wire: WireProtocol) -> [UInt8] {
        if let blob = event.eventBlob {
            return EventStreamMessage.event(event.eventType, contentType: Self.blobType, payload: blob).encoded()
        }
        let payload: [UInt8]
        if wire == .cbor {
            var writer = CBORShapeWriter()
            event.encodeEvent(to: &writer)
            payload = writer.bytes
        } else {
            precondition(wire != .restXML && wire != .query, "No event of AWS's APIs is written in XML here yet.")
            var writer = JSONShapeWriter()
            event.encodeEvent(to: &writer)
            payload = writer.bytes
        }
        return EventStreamMessage.event(event.eventType, contentType: Self.payloadType(wire), payload: payload)
            .encoded()
    }

    /// The message that carries an error and ends the stream: an exception where the model knows it.
    package func message(_ error: APIError, as wire: WireProtocol) -> [UInt8] {
        guard error.isModelled else { return EventStreamMessage.error(error.code, error.message).encoded() }
        let body = self.render(error, as: wire, requestID: "").body
        return EventStreamMessage.exception(error.code, contentType: Self.payloadType(wire), payload: body).encoded()
    }

    private static func payloadType(_ wire: WireProtocol) -> String {
        wire == .cbor ? "application/cbor" : "application/json"
    }

    private static func emptyPayload(_ wire: WireProtocol) -> [UInt8] {
        wire == .cbor ? [0xa0] : Array("{}".utf8)
    }
}
