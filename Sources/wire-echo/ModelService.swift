internal import ApusBase
internal import ApusTestSupport
internal import ApusWire

/// A service that the server has not, by a model that is given at run time: its values go through the readers and writers of
/// the protocol all the same, without generated shapes.
struct ModelService {
    private let wire: WireProtocol
    private let model: DynamicModel
    private let operations: JSONObject
    private let routes: RouteTable
    private let namespace: String
    /// The shape of an input or output that an operation has not.
    private static let nothing = "wire-echo.nothing"

    init(_ question: JSONValue) throws {
        guard let wire = WireProtocol(rawValue: question["protocol"]?.stringValue ?? ""),
            var shapes = question["shapes"]?.objectValue, let operations = question["operations"]?.objectValue
        else { throw EchoFailure("no model") }
        shapes[Self.nothing] = ["type": "structure", "members": [:]]
        self.wire = wire
        self.model = DynamicModel(shapes, wire)
        self.operations = operations
        self.namespace = question["xmlNamespace"]?.stringValue ?? ""
        self.routes = RouteTable(
            operations.members.map {
                OperationBinding(
                    $0.name, method: $0.value["http"]?["method"]?.stringValue ?? "POST",
                    uri: $0.value["http"]?["requestUri"]?.stringValue ?? "/")
            })
    }

    private func shape(_ operation: String, _ role: String) -> String {
        self.operations[operation]?[role]?["shape"]?.stringValue ?? Self.nothing
    }

    // MARK: Requests

    /// What is read in a request, as `EchoDesk` answers it.
    func input(_ request: HTTPRequest, service: String) throws -> JSONValue {
        let request = try Self.unpacked(request)
        var writer = CanonicalWriter()
        let operation = try self.read(request, to: &writer)
        return [
            "service": .string(service), "operation": .string(operation), "protocol": .string(self.wire.rawValue),
            "missing": [], "value": try JSONValue(parsing: writer.bytes),
        ]
    }

    private static func unpacked(_ request: HTTPRequest) throws -> HTTPRequest {
        var request = request
        if case .json(let body) = try WireInput.json(request.body).unpacked(request.headers) { request.body = body }
        return request
    }

    private func read(_ request: HTTPRequest, to writer: inout CanonicalWriter) throws -> String {
        switch self.wire {
        case .json10, .json11:
            let operation = request.headers["x-amz-target"]?.split(separator: ".").last.map(String.init) ?? ""
            var reader = JSONShapeReader(request.body)
            try self.copy(self.shape(operation, "input"), from: &reader, to: &writer)
            try reader.finish()
            return operation
        case .query:
            let form = try QueryForm(request.body)
            var reader = QueryShapeReader(form)
            let operation = form["Action"] ?? ""
            try self.copy(self.shape(operation, "input"), from: &reader, to: &writer)
            return operation
        case .cbor:
            let operation = request.path.split(separator: "/").last.map(String.init) ?? ""
            var reader = CBORShapeReader(request.body)
            try self.copy(self.shape(operation, "input"), from: &reader, to: &writer)
            try reader.finish()
            return operation
        case .restJSON, .restXML:
            let match = self.routes.match(method: request.method, path: request.path, query: request.query)
            guard case .operation(let binding, let labels) = match else { throw EchoFailure("no route") }
            var reader = try RESTShapeReader(request, labels, self.wire == .restXML ? .xml : .json)
            try self.copy(self.shape(binding.name, "input"), from: &reader, to: &writer)
            try reader.finish()
            return binding.name
        }
    }

    // MARK: Answers

    /// The response that carries an output.
    func output(_ operation: String, _ value: JSONValue) throws -> HTTPResponse {
        let name = self.shape(operation, "output")
        var reader = CanonicalReader(value.bytes)
        switch self.wire {
        case .json10, .json11:
            var writer = JSONShapeWriter()
            try self.copy(name, from: &reader, to: &writer)
            return HTTPResponse(status: 200, body: writer.bytes)
        case .cbor:
            var writer = CBORShapeWriter()
            try self.copy(name, from: &reader, to: &writer)
            return HTTPResponse(
                status: 200,
                headers: HTTPFields(["smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"]),
                body: writer.bytes)
        case .query:
            var xml = XMLWriter()
            xml.begin(operation + "Response", attributes: ["xmlns": self.namespace])
            xml.begin(self.operations[operation]?["output"]?["resultWrapper"]?.stringValue ?? operation + "Result")
            var writer = XMLShapeWriter(xml)
            try self.copy(name, from: &reader, to: &writer)
            xml = writer.finish()
            xml.end()
            xml.end()
            return HTTPResponse(status: 200, body: xml.bytes)
        case .restJSON:
            var writer = RESTShapeWriter(status: 200)
            try self.copy(name, from: &reader, to: &writer)
            return writer.finish()
        case .restXML:
            var writer = RESTShapeWriter(
                status: 200, xmlRoot: self.model.root(name, self.operations[operation]?["output"]),
                namespace: self.namespace.isEmpty ? nil : XMLNamespace(self.namespace))
            try self.copy(name, from: &reader, to: &writer)
            return writer.finish()
        }
    }

    // MARK: Values

    /// Reads a value of a shape and writes it at once.
    private func copy<Reader: ShapeReader & ~Copyable, Writer: ShapeWriter & ~Copyable>(
        _ name: String, from reader: inout Reader, to writer: inout Writer
    ) throws(WireError) {
        let shape = self.model.shape(name)
        switch self.model.kind(name) {
        case "structure" where shape["document"]?.boolValue != true:
            let (table, members) = (self.model.table(name), self.model.members(name))
            try reader.beginStructure(table)
            writer.beginStructure(table)
            while let index = try reader.nextMember(table) {
                writer.member(table, index)
                try self.copy(members[index].value["shape"]?.stringValue ?? "", from: &reader, to: &writer)
            }
            writer.endStructure()
        case "list":
            try reader.beginList()
            writer.beginList()
            while try reader.nextElement() {
                writer.element()
                try self.copy(shape["member"]?["shape"]?.stringValue ?? "", from: &reader, to: &writer)
            }
            writer.endList()
        case "map":
            try reader.beginMap()
            writer.beginMap()
            while let key = try reader.nextKey() {
                writer.key(key)
                try self.copy(shape["value"]?["shape"]?.stringValue ?? "", from: &reader, to: &writer)
            }
            writer.endMap()
        default: try self.copyScalar(self.model.kind(name), from: &reader, to: &writer)
        }
    }

    private func copyScalar<Reader: ShapeReader & ~Copyable, Writer: ShapeWriter & ~Copyable>(
        _ kind: String, from reader: inout Reader, to writer: inout Writer
    ) throws(WireError) {
        switch kind {
        case "structure": writer.write(document: try reader.readDocument())
        case "integer", "short", "byte": writer.write(try reader.readInteger())
        case "long": writer.write(try reader.readLong())
        case "float", "double": writer.write(try reader.readDouble())
        case "boolean": writer.write(try reader.readBool())
        case "blob": writer.write(blob: try reader.readBlob())
        case "timestamp": writer.write(try reader.readTimestamp())
        default: writer.write(try reader.readString())
        }
    }
}
