internal import ApusBase

extension ServiceModel {
    /// The answer that carries an operation's output.
    package func encode<Output: Shape>(
        _ output: Output, of operation: OperationBinding, as wire: WireProtocol, requestID: String
    ) -> HTTPResponse {
        var response: HTTPResponse
        switch wire {
        case .json10, .json11:
            response = HTTPResponse(status: operation.status, headers: Self.contentType(wire))
            // An operation without output answers no body at all.
            if Output.self != NoShape.self {
                var writer = JSONShapeWriter()
                output.encode(to: &writer)
                response.body = writer.bytes
            }
        case .query:
            response = HTTPResponse(status: operation.status, headers: Self.contentType(wire))
            response.body = self.queryBody(output, of: operation, requestID: requestID)
        case .restJSON:
            var writer = RESTShapeWriter(status: operation.status, payloadType: operation.payloadType)
            output.encode(to: &writer)
            response = writer.finish()
        case .restXML, .cbor:
            preconditionFailure("No service speaks \(wire) yet.")
        }
        response.headers.add("x-amzn-requestid", requestID)
        return response
    }

    private func queryBody<Output: Shape>(
        _ output: Output, of operation: OperationBinding, requestID: String
    ) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.begin(operation.name + "Response", attributes: ["xmlns": self.xmlNamespace])
        if Output.self != NoShape.self {
            xml.begin(operation.resultWrapper ?? operation.name + "Result")
            var writer = QueryXMLShapeWriter(xml)
            output.encode(to: &writer)
            xml = writer.finish()
            xml.end()
        }
        xml.begin("ResponseMetadata")
        xml.element("RequestId", requestID)
        xml.end()
        xml.end()
        return xml.bytes
    }

    static func contentType(_ wire: WireProtocol) -> HTTPFields {
        let type =
            switch wire {
            case .json10: "application/x-amz-json-1.0"
            case .json11: "application/x-amz-json-1.1"
            case .query: "text/xml"
            case .restJSON: "application/json"
            case .restXML: "application/xml"
            case .cbor: "application/cbor"
            }
        return HTTPFields(["content-type": type])
    }
}
