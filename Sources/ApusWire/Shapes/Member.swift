/// A namespace that an XML element declares.
package struct XMLNamespace: Sendable, Equatable {
    package let uri: String
    /// Nil for the default namespace.
    package let prefix: String?

    package init(_ uri: String, prefix: String? = nil) {
        self.uri = uri
        self.prefix = prefix
    }
}

/// How one member of a structure looks on the wire, in every protocol. Facts only; written by the generator.
package struct Member: Sendable {
    /// The model's name. The key in JSON and CBOR bodies.
    package let name: String
    /// The name in Query forms and in XML bodies; of a member that is the whole body, that of the root element.
    package let queryName: String
    package let location: MemberLocation
    /// The format of the timestamps in this member, whether it is one or a collection of them.
    package let timestampFormat: TimestampFormat
    /// Set when the member is a list or a map.
    package let collection: CollectionTraits?
    package let isXMLAttribute: Bool
    /// What the member's element declares, by the member's own trait or that of its shape.
    package let xmlNamespace: XMLNamespace?
    /// Whether the member, which is JSON text in a header, travels in Base64 (the trait `jsonvalue`).
    package let isBase64: Bool

    package init(
        _ name: String, query: String? = nil, _ location: MemberLocation = .body, collection: CollectionTraits? = nil,
        format: TimestampFormat = .protocolDefault, xmlAttribute: Bool = false, xmlNamespace: XMLNamespace? = nil,
        base64: Bool = false
    ) {
        self.name = name
        self.queryName = query ?? name
        self.location = location
        self.timestampFormat = format
        self.collection = collection
        self.isXMLAttribute = xmlAttribute
        self.xmlNamespace = xmlNamespace
        self.isBase64 = base64
    }

    /// The member's name as AWS's validation messages have it: the first letter in lower case.
    package var validationName: String { self.name.prefix(1).lowercased() + self.name.dropFirst() }
}

/// Where in a REST message a member travels; `body` in all other protocols.
package enum MemberLocation: Sendable, Equatable {
    case body
    /// A label of the URI template.
    case uri(String)
    case query(String)
    /// A map whose entries are all query parameters that no other member takes.
    case queryMap
    /// A header; the name is in lower case.
    case header(String)
    /// A map of all headers that begin so; the prefix is in lower case and cut off from the keys.
    case prefixHeaders(String)
    /// The member is the whole body.
    case payload
    case statusCode
}

/// How a timestamp is written.
package enum TimestampFormat: UInt8, Sendable {
    /// What the protocol has for the member's location: JSON epoch seconds, XML and query strings date-time, headers
    /// HTTP date.
    case protocolDefault
    case epochSeconds
    case dateTime
    case httpDate
}

/// The names around the elements of a list or map in Query forms and XML.
package final class CollectionTraits: Sendable {
    package let isMap: Bool
    /// A flattened collection has no element around its elements.
    package let isFlattened: Bool
    /// The name of a list's element or of a map's value.
    package let elementName: String
    /// The name of a map's key.
    package let keyName: String
    /// Set when the elements are collections themselves.
    package let nested: CollectionTraits?
    /// What the element of a list, or the value of a map, declares in XML.
    package let elementNamespace: XMLNamespace?
    /// What the key of a map declares in XML.
    package let keyNamespace: XMLNamespace?

    private init(
        isMap: Bool, isFlattened: Bool, elementName: String, keyName: String, nested: CollectionTraits?,
        elementNamespace: XMLNamespace?, keyNamespace: XMLNamespace?
    ) {
        self.isMap = isMap
        self.isFlattened = isFlattened
        self.elementName = elementName
        self.keyName = keyName
        self.nested = nested
        self.elementNamespace = elementNamespace
        self.keyNamespace = keyNamespace
    }

    package static func list(
        _ element: String = "member", flattened: Bool = false, of nested: CollectionTraits? = nil,
        namespace: XMLNamespace? = nil
    ) -> CollectionTraits {
        CollectionTraits(
            isMap: false, isFlattened: flattened, elementName: element, keyName: "key", nested: nested,
            elementNamespace: namespace, keyNamespace: nil)
    }

    package static func map(
        _ key: String = "key", _ value: String = "value", flattened: Bool = false, of nested: CollectionTraits? = nil,
        keyNamespace: XMLNamespace? = nil, namespace: XMLNamespace? = nil
    ) -> CollectionTraits {
        CollectionTraits(
            isMap: true, isFlattened: flattened, elementName: value, keyName: key, nested: nested,
            elementNamespace: namespace, keyNamespace: keyNamespace)
    }
}
