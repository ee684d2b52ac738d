internal import ApusBase
internal import ApusLambda
internal import ApusServer
internal import ApusService
internal import ApusStore
internal import ApusWire

/// Takes questions about the wire; the services, their routes, shapes and codecs are those of the server.
struct EchoDesk {
    private let services: [ServiceDefinition]
    private let router: RequestRouter
    /// Services by the models that were given, beside the server's own.
    private var models: [String: ModelService] = [:]

    init() throws {
        let entropy = SystemEntropy()
        let driver = ThreadDriver(clock: SystemClock(), entropy: entropy)
        let blobs = BlobStore(store: Store(storage: MemoryStorage(), driver: driver), disk: MemoryBlobDisk())
        let lambda = try Lambda(blobs: blobs, packageDirectory: "/tmp/wire-echo-functions", entropy: entropy)
        self.services = Server.services(lambda: lambda)
        self.router = RequestRouter(self.services)
    }

    /// `{"failed": reason}` where the question cannot be answered.
    mutating func answer(_ line: String) -> JSONValue {
        do {
            let question = try JSONValue(parsing: line)
            switch question["ask"]?.stringValue {
            case "services": return .array(self.services.map(Self.description))
            case "model":
                self.models[question["service"]?.stringValue ?? ""] = try ModelService(question)
                return [:]
            case "input": return try self.input(question)
            case "output": return try self.output(question)
            case "error": return try self.error(question)
            default: throw EchoFailure("asked for nothing")
            }
        } catch {
            return ["failed": .string("\(error)")]
        }
    }

    private static func description(_ service: ServiceDefinition) -> JSONValue {
        [
            "name": .string(service.model.name),
            "protocols": .array(service.model.protocols.map { .string($0.rawValue) }),
            "operations": .array(service.operations.keys.sorted().map { .string($0) }),
        ]
    }

    // MARK: Requests

    /// Routes and reads a request as the pipeline does; the constraints are tried, and not kept to.
    private func input(_ question: JSONValue) throws -> JSONValue {
        var request = HTTPRequest(
            method: question["method"]?.stringValue ?? "", path: question["path"]?.stringValue ?? "",
            query: question["query"]?.stringValue ?? "", body: try Self.bytes(question["body"]))
        for field in question["headers"]?.arrayValue ?? [] {
            request.headers.add(field[0]?.stringValue ?? "", field[1]?.stringValue ?? "")
        }
        if let name = question["service"]?.stringValue, let model = self.models[name] {
            return try model.input(request, service: name)
        }
        let route = try self.router.route(request, scope: try SigV4.parse(request)?.scope.service)
        guard let entry = route.service.operations[route.binding.name] else { throw EchoFailure("no such operation") }
        let source = route.binding.acceptsGzip ? try route.input.unpacked(request.headers) : route.input
        return try Self.read(entry.input, from: source, route)
    }

    private static func read<Input: Shape>(
        _ type: Input.Type, from source: WireInput, _ route: OperationRoute
    ) throws -> JSONValue {
        let (input, trail) = try route.service.model.read(type, from: source)
        var validator = Validator(missing: trail.missing)
        input.validate(&validator)
        var writer = CanonicalWriter()
        input.encode(to: &writer)
        return [
            "service": .string(route.service.model.name), "operation": .string(route.binding.name),
            "protocol": .string(route.wireProtocol.rawValue), "missing": .array(trail.missing.map { .string($0) }),
            "value": try JSONValue(parsing: writer.bytes),
        ]
    }

    // MARK: Answers

    private func output(_ question: JSONValue) throws -> JSONValue {
        if let model = self.models[question["service"]?.stringValue ?? ""] {
            return Self.answer(
                try model.output(question["operation"]?.stringValue ?? "", question["value"] ?? .null))
        }
        let (service, wire) = try self.place(question)
        guard let entry = service.operations[question["operation"]?.stringValue ?? ""] else {
            throw EchoFailure("no such operation")
        }
        return Self.answer(try Self.write(entry.output, question["value"] ?? .null, entry.binding, service.model, wire))
    }

    private static func write<Output: Shape>(
        _ type: Output.Type, _ value: JSONValue, _ binding: OperationBinding, _ model: ServiceModel,
        _ wire: WireProtocol
    ) throws -> HTTPResponse {
        var reader = CanonicalReader(value.bytes)
        let output = try Output(from: &reader)
        return model.encode(output, of: binding, as: wire, requestID: "00000000-0000-4000-8000-000000000000")
    }

    private func error(_ question: JSONValue) throws -> JSONValue {
        let (service, wire) = try self.place(question)
        let name = question["name"]?.stringValue ?? ""
        let message = question["message"]?.stringValue ?? ""
        let error =
            question["common"]?.boolValue == true
            ? Self.common(name, message)
            : ErrorSamples.error(of: service.model.name, name, message, question["fields"] ?? .null)
        guard let error else { throw EchoFailure("\(service.model.name) makes no \(name)") }
        return Self.answer(
            service.model.render(error.answer, as: wire, requestID: "00000000-0000-4000-8000-000000000000"))
    }

    /// The errors that every service has, by their names in JSON.
    private static func common(_ name: String, _ message: String) -> ServiceError? {
        switch name {
        case "AccessDeniedException": CommonError.accessDenied(message)
        case "ThrottlingException": CommonError.throttling(message)
        case "ValidationException": CommonError.validation(message)
        case "InternalFailure": CommonError.internalFailure(message)
        case "ServiceUnavailable": CommonError.serviceUnavailable(message)
        case "NotImplemented": CommonError.notImplemented(message)
        default: nil
        }
    }

    private func place(_ question: JSONValue) throws -> (ServiceDefinition, WireProtocol) {
        let service = self.services.first { $0.model.name == question["service"]?.stringValue }
        let wire = WireProtocol(rawValue: question["protocol"]?.stringValue ?? "")
        guard let service, let wire, service.model.protocols.contains(wire) else {
            throw EchoFailure("no such service")
        }
        return (service, wire)
    }

    private static func answer(_ response: HTTPResponse) -> JSONValue {
        [
            "status": .number(JSONNumber(Int64(response.status))),
            "headers": .array(response.headers.fields.map { [.string($0.name), .string($0.value)] }),
            "body": .string(Base64.encode(response.body)),
        ]
    }

    private static func bytes(_ value: JSONValue?) throws -> [UInt8] {
        guard let bytes = Base64.decode(value?.stringValue ?? "") else { throw EchoFailure("a body is not Base64") }
        return bytes
    }
}

/// Why a question has no answer.
struct EchoFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
