internal import ApusBase
package import ApusService

extension ServiceModel {
    /// The answer that carries an error.
    package func render(_ error: APIError, as wire: WireProtocol, requestID: String) -> HTTPResponse {
        let error = self.errors.worded(error)
        var response = HTTPResponse(status: error.status, headers: Self.contentType(wire))
        switch wire {
        case .json10, .json11:
            self.addQueryError(error, to: &response)
            response.body = self.jsonBody(error, typed: true)
        case .restJSON:
            response.headers.add("x-amzn-errortype", error.code)
            Self.addHeaders(of: error, to: &response)
            response.body = self.jsonBody(error, typed: false)
        case .query:
            response.body = self.xmlBody(error, fields: error.fields, requestID: requestID)
        case .restXML:
            Self.addHeaders(of: error, to: &response)
            let fields = error.fields.filter { $0.header == nil }
            response.body = self.xmlBody(error, fields: fields, requestID: requestID)
        case .cbor:
            response.headers.add("smithy-protocol", "rpc-v2-cbor")
            self.addQueryError(error, to: &response)
            response.body = self.cborBody(error)
        }
        self.identify(&response, requestID)
        return response
    }

    /// The Query code beside the body, as services have it that once spoke Query.
    private func addQueryError(_ error: APIError, to response: inout HTTPResponse) {
        guard self.errors.isQueryCompatible else { return }
        response.headers.add("x-amzn-query-error", "\(error.queryCode ?? error.code);\(error.faultWord)")
    }

    private static func addHeaders(of error: APIError, to response: inout HTTPResponse) {
        for field in error.fields {
            if let header = field.header { response.headers.add(header, field.value.headerText) }
        }
    }

    /// The error's name as `__type` has it.
    private func typeName(_ error: APIError) -> String {
        var namespace = error.isModelled ? self.errors.namespace : self.errors.commonNamespace
        if !error.isModelled, error.code == "ValidationException", !self.errors.validationNamespace.isEmpty {
            namespace = self.errors.validationNamespace
        }
        return namespace.isEmpty ? error.code : "\(namespace)#\(error.code)"
    }

    private func messageKey(_ error: APIError) -> String {
        error.messageKey ?? (error.isModelled ? "message" : self.errors.commonMessageKey)
    }

    /// `typed` bodies name the error in `__type`; in REST a header names it.
    private func jsonBody(_ error: APIError, typed: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if typed {
            json.key("__type")
            json.string(self.typeName(error))
        }
        for field in error.fields where typed || field.header == nil {
            json.key(field.name)
            field.value.write(to: &json)
        }
        if !error.message.isEmpty {
            json.key(self.messageKey(error))
            json.string(error.message)
        }
        json.endObject()
        return json.bytes
    }

    private func cborBody(_ error: APIError) -> [UInt8] {
        var cbor = CBORWriter()
        cbor.beginMap()
        cbor.text("__type")
        cbor.text(self.typeName(error))
        for field in error.fields {
            cbor.text(field.name)
            cbor.write(field.value)
        }
        if !error.message.isEmpty {
            cbor.text(self.messageKey(error))
            cbor.text(error.message)
        }
        cbor.end()
        return cbor.bytes
    }

    private func xmlBody(_ error: APIError, fields: [APIError.Field], requestID: String) -> [UInt8] {
        var xml = XMLWriter()
        xml.declaration()
        switch self.errors.xmlForm {
        case .wrapped:
            xml.begin("ErrorResponse", attributes: self.xmlNamespace.isEmpty ? [:] : ["xmlns": self.xmlNamespace])
            xml.begin("Error")
            xml.element("Type", error.faultWord)
            Self.write(error, fields, to: &xml)
            xml.end()
            xml.element("RequestId", requestID)
        case .bare:
            xml.begin("Error")
            Self.write(error, fields, to: &xml)
            xml.element("RequestId", requestID)
            xml.element("HostId", Self.hostID(requestID))
        }
        xml.end()
        return xml.bytes
    }

    private static func write(_ error: APIError, _ fields: [APIError.Field], to xml: inout XMLWriter) {
        xml.element("Code", error.queryCode ?? error.code)
        if !error.message.isEmpty { xml.element("Message", error.message) }
        for field in fields { Self.write(field.value, named: field.name, to: &xml) }
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

extension ErrorDialect {
    /// The service's own error in place of the one that every service has, so that clients find what the model promises. A
    /// fault of the service's without a status in the model has 500.
    fileprivate func worded(_ error: APIError) -> APIError {
        guard let unavailable, !error.isModelled, error.code == "ServiceUnavailable" else { return error }
        return APIError(unavailable, status: 500, fault: .receiver, message: error.message)
    }
}

extension APIError {
    fileprivate var faultWord: String { self.fault == .sender ? "Sender" : "Receiver" }
}

extension JSONValue {
    /// The value as a header has it.
    fileprivate var headerText: String { self.stringValue ?? self.text }
}
