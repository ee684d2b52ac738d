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
        case .restXML:
            var writer = RESTShapeWriter(
                status: operation.status, payloadType: operation.payloadType, xmlRoot: operation.xmlRoot,
                namespace: self.xmlNamespace.isEmpty ? nil : XMLNamespace(self.xmlNamespace))
            output.encode(to: &writer)
            response = writer.finish()
        case .cbor:
            response = HTTPResponse(status: operation.status, headers: HTTPFields(["smithy-protocol": "rpc-v2-cbor"]))
            if Output.self != NoShape.self {
                response.headers.add("content-type", "application/cbor")
                var writer = CBORShapeWriter()
                output.encode(to: &writer)
                response.body = writer.bytes
            }
        }
        self.identify(&response, requestID)
        return response
    }

    /// Adds what names the request, and the checksum of the body where the service's answers carry one.
    func identify(_ response: inout HTTPResponse, _ requestID: String) {
        switch self.errors.xmlForm {
        case .wrapped: response.headers.add("x-amzn-requestid", requestID)
        case .bare:
            response.headers.add("x-amz-request-id", requestID)
            response.headers.add("x-amz-id-2", Self.hostID(requestID))
        }
        if self.hasBodyChecksum {
            response.headers.add("x-amz-crc32", String(Digest.crc32(response.body)))
        }
    }

    /// S3's second name of a request, which clients pass on and nobody reads.
    static func hostID(_ requestID: String) -> String { Base64.encode(Array(requestID.utf8)) }

    private func queryBody<Output: Shape>(
        _ output: Output, of operation: OperationBinding, requestID: String
    ) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.begin(operation.name + "Response", attributes: ["xmlns": self.xmlNamespace])
        if Output.self != NoShape.self {
            xml.begin(operation.resultWrapper ?? operation.name + "Result")
            var writer = XMLShapeWriter(xml)
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
