package import ApusBase
package import ApusWire

/// A model read at run time, so that the suites' shapes go through the same readers and writers as generated ones.
/// Values are JSON: blobs are strings, timestamps numbers of seconds, as the suites have them.
package final class DynamicModel {
    package let wire: WireProtocol
    private let shapes: JSONObject
    private var tables: [String: MemberTable] = [:]

    /// - Parameter shapes: the model's, by name.
    package init(_ shapes: JSONObject, _ wire: WireProtocol) {
        self.shapes = shapes
        self.wire = wire
    }

    /// What the model says of a shape; null of one that it lacks.
    package func shape(_ name: String) -> JSONValue { self.shapes[name] ?? .null }

    /// The type of a shape: `structure`, `list`, `string` and so on.
    package func kind(_ name: String) -> String { self.shape(name)["type"]?.stringValue ?? "" }

    /// The members of a structure, in the model's order.
    package func members(_ name: String) -> [JSONObject.Member] {
        self.shape(name)["members"]?.objectValue?.members ?? []
    }

    /// The members of a structure as readers and writers want them.
    package func table(_ name: String) -> MemberTable {
        if let table = self.tables[name] { return table }
        let payload = self.shape(name)["payload"]?.stringValue
        let table = MemberTable(self.members(name).map { self.member($0, payload: payload) })
        self.tables[name] = table
        return table
    }

    /// The element around the members of a structure in REST-XML.
    package func root(_ name: String, _ reference: JSONValue?) -> XMLRoot {
        let own = self.shape(name)["locationName"]?.stringValue ?? reference?["locationName"]?.stringValue
        return XMLRoot(own ?? name, namespace: Self.namespace(self.shape(name)))
    }

    private func member(_ member: JSONObject.Member, payload: String?) -> Member {
        let target = member.value["shape"]?.stringValue ?? ""
        let wireName = self.wireName(member, target, payload: payload)
        let location = self.location(member, target, wireName, payload: payload)
        let inHeader = member.value["location"]?.stringValue == "header"
        return Member(
            self.wire == .query || location != .body ? member.name : wireName, query: wireName, location,
            collection: self.collection(target, flattened: member.value["flattened"]?.boolValue),
            format: self.format(member.value, target) ?? (inHeader ? self.headerFormat(target) : .protocolDefault),
            xmlAttribute: member.value["xmlAttribute"]?.boolValue ?? false,
            xmlNamespace: self.namespace(member.value, target),
            base64: inHeader && member.value["jsonvalue"]?.boolValue == true)
    }

    /// A member that is the whole XML body is called after its shape, unless it has a name of its own, which these files
    /// also give to members that have none in Smithy: then it is the member's.
    private func wireName(_ member: JSONObject.Member, _ target: String, payload: String?) -> String {
        let own = member.value["locationName"]?.stringValue
        let ofShape = self.shape(target)["locationName"]?.stringValue
        guard self.wire == .restXML else { return own ?? ofShape ?? member.name }
        guard member.name == payload else { return own ?? member.name }
        return own.flatMap { $0 == member.name ? nil : $0 } ?? ofShape ?? target
    }

    private func location(
        _ member: JSONObject.Member, _ target: String, _ wireName: String, payload: String?
    ) -> MemberLocation {
        if member.name == payload { return .payload }
        switch member.value["location"]?.stringValue {
        case "uri": return .uri(wireName)
        case "querystring": return self.kind(target) == "map" ? .queryMap : .query(wireName)
        case "header": return .header(wireName.lowercased())
        case "headers": return .prefixHeaders(wireName == member.name ? "" : wireName.lowercased())
        case "statusCode": return .statusCode
        default: return .body
        }
    }

    private func collection(_ name: String, flattened: Bool?) -> CollectionTraits? {
        let shape = self.shape(name)
        let isFlattened = flattened ?? shape["flattened"]?.boolValue ?? false
        func wireName(_ part: String, _ usual: String) -> String {
            shape[part]?["locationName"]?.stringValue ?? usual
        }
        func target(_ part: String) -> String { shape[part]?["shape"]?.stringValue ?? "" }
        func namespace(_ part: String) -> XMLNamespace? { self.namespace(shape[part] ?? .null, target(part)) }
        switch self.kind(name) {
        case "list":
            return .list(
                wireName("member", "member"), flattened: isFlattened,
                of: self.collection(target("member"), flattened: nil), namespace: namespace("member"))
        case "map":
            return .map(
                wireName("key", "key"), wireName("value", "value"), flattened: isFlattened,
                of: self.collection(target("value"), flattened: nil), keyNamespace: namespace("key"),
                namespace: namespace("value"))
        default: return nil
        }
    }

    /// In REST-XML the namespace of a shape goes to the elements that have it.
    private func namespace(_ reference: JSONValue, _ target: String) -> XMLNamespace? {
        Self.namespace(reference) ?? (self.wire == .restXML ? Self.namespace(self.shape(target)) : nil)
    }

    private static func namespace(_ traits: JSONValue) -> XMLNamespace? {
        guard let trait = traits["xmlNamespace"] else { return nil }
        guard let uri = trait.stringValue ?? trait["uri"]?.stringValue else { return nil }
        return XMLNamespace(uri, prefix: trait["prefix"]?.stringValue)
    }

    private func format(_ reference: JSONValue, _ target: String) -> TimestampFormat? {
        let shape = self.shape(target)
        switch reference["timestampFormat"]?.stringValue ?? shape["timestampFormat"]?.stringValue {
        case "unixTimestamp": return .epochSeconds
        case "iso8601": return .dateTime
        case "rfc822": return .httpDate
        default: break
        }
        let part = self.kind(target) == "list" ? "member" : "value"
        guard let inner = shape[part], let name = inner["shape"]?.stringValue else { return nil }
        return self.format(inner, name)
    }

    private func headerFormat(_ target: String) -> TimestampFormat {
        switch self.kind(target) {
        case "timestamp": .httpDate
        case "list": self.headerFormat(self.shape(target)["member"]?["shape"]?.stringValue ?? "")
        default: .protocolDefault
        }
    }
}
