internal import ApusBase
package import ApusService

extension ServiceModel {
    /// The answer that carries an error.
    package func render(_ error: APIError, as wire: WireProtocol, requestID: String) -> HTTPResponse {
        var response = HTTPResponse(status: error.status, headers: Self.contentType(wire))
        response.headers.add("x-amzn-requestid", requestID)
        switch wire {
        case .json10, .json11:
            if self.errors.isQueryCompatible {
                response.headers.add("x-amzn-query-error", "\(error.queryCode ?? error.code);\(error.faultWord)")
            }
            response.body = self.jsonBody(error, typed: true)
        case .restJSON:
            response.headers.add("x-amzn-errortype", error.code)
            for field in error.fields {
                if let header = field.header { response.headers.add(header, field.value.headerText) }
            }
            response.body = self.jsonBody(error, typed: false)
        case .query:
            response.body = self.queryBody(error, requestID: requestID)
        case .restXML, .cbor:
            preconditionFailure("No service speaks \(wire) yet.")
        }
        return response
    }

    /// `typed` bodies name the error in `__type`; in REST a header names it.
    private func jsonBody(_ error: APIError, typed: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if typed {
            let namespace = error.isModelled ? self.errors.namespace : self.errors.commonNamespace
            json.key("__type")
            json.string(namespace.isEmpty ? error.code : "\(namespace)#\(error.code)")
        }
        for field in error.fields where typed || field.header == nil {
            json.key(field.name)
            field.value.write(to: &json)
        }
        if !error.message.isEmpty {
            json.key(error.messageKey ?? (error.isModelled ? "message" : self.errors.commonMessageKey))
            json.string(error.message)
        }
        json.endObject()
        return json.bytes
    }

    private func queryBody(_ error: APIError, requestID: String) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        xml.begin("ErrorResponse", attributes: ["xmlns": self.xmlNamespace])
        xml.begin("Error")
        xml.element("Type", error.faultWord)
        xml.element("Code", error.queryCode ?? error.code)
        if !error.message.isEmpty { xml.element("Message", error.message) }
        for field in error.fields { Self.write(field.value, named: field.name, to: &xml) }
        xml.end()
        xml.element("RequestId", requestID)
        xml.end()
        return xml.bytes
    }

    private static func write(_ value: JSONValue, named name: String, to xml: inout XMLWriter) {
        xml.begin(name)
        if let object = value.objectValue {
            for member in object.members { Self.write(member.value, named: member.name, to: &xml) }
        } else if let array = value.arrayValue {
            for element in array { Self.write(element, named: "member", to: &xml) }
        } else {
            xml.text(value.headerText)
        }
        xml.end()
    }
}

extension APIError {
    fileprivate var faultWord: String { self.fault == .sender ? "Sender" : "Receiver" }
}

extension JSONValue {
    /// The value as a header has it.
    fileprivate var headerText: String { self.stringValue ?? self.text }
}
