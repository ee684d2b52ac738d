internal import ApusBase
package import ApusService

/// Finds the service and operation of a request, by `X-Amz-Target`, by `smithy-protocol` and the path, by `Action`, or by
/// the path and the signature's scope.
///
/// Knows only what the request says; who sent it is established afterwards.
package struct RequestRouter: Sendable {
    /// Why a request goes nowhere, with the model and the protocol in whose words to say so.
    package struct Refusal: Error, Sendable {
        package var error: ServiceError
        package var model: ServiceModel
        package var wireProtocol: WireProtocol

        fileprivate init(_ error: ServiceError, _ wireProtocol: WireProtocol, model: ServiceModel = .nobody) {
            self.error = error
            self.model = model
            self.wireProtocol = wireProtocol
        }
    }

    /// An operation that a server has, with its service.
    private final class Destination: Sendable {
        let service: ServiceDefinition
        let entry: OperationEntry

        init(_ service: ServiceDefinition, _ entry: OperationEntry) {
            self.service = service
            self.entry = entry
        }
    }

    private let services: [ServiceDefinition]
    /// By the whole of `X-Amz-Target`: one look-up for nearly every request that has one.
    private let byWholeTarget: [String: Destination]
    private let byTarget: [String: ServiceDefinition]
    private let bySigningName: [String: ServiceDefinition]
    private let restTables: [(service: ServiceDefinition, table: RouteTable)]

    /// The table of a server's services.
    package init(_ services: [ServiceDefinition]) {
        self.services = services
        self.byWholeTarget = services.filter { !$0.model.targetPrefix.isEmpty }.reduce(into: [:]) { table, service in
            for (name, entry) in service.operations {
                table["\(service.model.targetPrefix).\(name)"] = Destination(service, entry)
            }
        }
        self.byTarget = Dictionary(
            uniqueKeysWithValues: services.filter { !$0.model.targetPrefix.isEmpty }.map { ($0.model.targetPrefix, $0) }
        )
        // Of services that sign under one name, such as DynamoDB and its streams, the first stands for it.
        self.bySigningName = Dictionary(services.map { ($0.model.signingName, $0) }) { first, _ in first }
        self.restTables = services.filter { $0.model.protocols.contains { $0 == .restJSON || $0 == .restXML } }
            .map { ($0, RouteTable($0.model.operations)) }
    }

    /// - Parameter scope: the service named in the signature's credential scope; nil for unsigned requests.
    package func route(_ request: HTTPRequest, scope: String?) throws(Refusal) -> OperationRoute {
        let isSmithy = request.headers["smithy-protocol"] != nil
        if let target = request.headers["x-amz-target"] {
            // Whoever reads the one header and whoever reads the other must not take a request for two things.
            if isSmithy { throw Refusal(CommonError.serialization("X-Amz-Target and smithy-protocol."), .cbor) }
            return try self.route(target: target, request)
        }
        if isSmithy { return try self.route(smithy: request) }
        if let (form, input) = try self.queryForm(of: request, scope: scope) {
            return try self.route(form: form, input, scope: scope)
        }
        return try self.route(path: request, scope: scope)
    }

    // MARK: By X-Amz-Target

    private func route(target: String, _ request: HTTPRequest) throws(Refusal) -> OperationRoute {
        let wireProtocol: WireProtocol =
            request.headers["content-type"]?.hasPrefix("application/x-amz-json-1.1") == true ? .json11 : .json10
        if let known = self.byWholeTarget[target] {
            return OperationRoute(
                service: known.service, entry: known.entry, wireProtocol: wireProtocol, input: .json(request.body))
        }
        guard let dot = target.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            throw Refusal(CommonError.unknownOperation(), wireProtocol)
        }
        let prefix = String(target[..<dot])
        guard let service = self.byTarget[prefix] else {
            throw Refusal(CommonError.serviceNotImplemented(prefix), wireProtocol)
        }
        let name = String(target[target.index(after: dot)...])
        return try self.route(name, in: service, wireProtocol, .json(request.body))
    }

    // MARK: By smithy-protocol

    /// RPC-v2-CBOR: `POST …/service/NAME/operation/NAME`, where the service's name is what `X-Amz-Target` has.
    private func route(smithy request: HTTPRequest) throws(Refusal) -> OperationRoute {
        let parts = request.path.split(separator: "/").suffix(4).map(String.init)
        guard request.headers["smithy-protocol"] == "rpc-v2-cbor", request.method == "POST", parts.count == 4,
            parts[0] == "service", parts[2] == "operation"
        else { throw Refusal(CommonError.unknownOperation(), .cbor) }
        guard let service = self.byTarget[parts[1]] else {
            throw Refusal(CommonError.serviceNotImplemented(parts[1]), .cbor)
        }
        guard service.model.protocols.contains(.cbor) else {
            throw Refusal(CommonError.unknownOperation(), .cbor, model: service.model)
        }
        guard request.body.isEmpty || request.headers["content-type"] == "application/cbor" else {
            throw Refusal(CommonError.serialization("The body is not application/cbor."), .cbor, model: service.model)
        }
        return try self.route(parts[3], in: service, .cbor, .cbor(request.body))
    }

    // MARK: By Action

    /// Nobody knows yet who sent a request that is being routed: of a compressed form no more than this is unpacked. Clients
    /// write `Action` and `Version` first.
    private static let packedBytes = 4_096

    /// The form of a Query request, which has an `Action`: the body of a POST, or the query string.
    private func queryForm(
        of request: HTTPRequest, scope: String?
    ) throws(Refusal) -> (form: QueryForm, input: WireInput)? {
        do throws(WireError) {
            if request.method == "POST",
                request.headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
            {
                if WireInput.isPacked(request.headers) {
                    let form = try QueryForm(Self.firstFields(of: request.body))
                    if form["Action"] != nil { return (form, .packedQuery(request.body)) }
                } else {
                    let form = try QueryForm(request.body)
                    if form["Action"] != nil { return (form, .query(form)) }
                }
            }
            guard !request.query.isEmpty else { return nil }
            let form = try QueryForm(Array(request.query.utf8))
            return form["Action"] == nil ? nil : (form, .query(form))
        } catch {
            let model = scope.flatMap { self.bySigningName[$0]?.model } ?? .nobody
            throw Refusal(CommonError.serialization("The request's parameters are not a form."), .query, model: model)
        }
    }

    /// The fields at the beginning of a compressed form that are there whole.
    private static func firstFields(of packed: [UInt8]) throws(WireError) -> [UInt8] {
        guard let beginning = Gzip.beginning(of: packed, limit: Self.packedBytes) else { throw .serialization("") }
        if beginning.count < Self.packedBytes { return beginning }
        return Array(beginning[..<(beginning.lastIndex(of: UInt8(ascii: "&")) ?? 0)])
    }

    private func route(form: QueryForm, _ input: WireInput, scope: String?) throws(Refusal) -> OperationRoute {
        let action = form["Action"] ?? ""
        if let scope {
            guard let service = self.bySigningName[scope] else {
                throw Refusal(CommonError.serviceNotImplemented(scope), .query)
            }
            guard service.model.protocols.contains(.query) else { throw Refusal(self.invalidAction(form), .query) }
            if let version = form["Version"], version != service.model.apiVersion {
                throw Refusal(self.invalidAction(form), .query, model: service.model)
            }
            return try self.route(action, in: service, .query, input)
        }
        for service in self.services where service.model.protocols.contains(.query) {
            let version = form["Version"]
            if version == nil || version == service.model.apiVersion, service.model.operation(action) != nil {
                return try self.route(action, in: service, .query, input)
            }
        }
        throw Refusal(self.invalidAction(form), .query)
    }

    private func invalidAction(_ form: QueryForm) -> ServiceError {
        let version = form["Version"].map { " for version \($0)" } ?? ""
        return CommonError.invalidAction("Could not find operation \(form["Action"] ?? "")\(version)")
    }

    // MARK: By path

    /// The services of AWS whose clients read errors in XML only.
    private static let scopesOfRESTXML: Set<String> = ["s3", "s3express", "route53", "cloudfront"]

    private func route(path request: HTTPRequest, scope: String?) throws(Refusal) -> OperationRoute {
        if let scope, self.bySigningName[scope] == nil {
            let wireProtocol: WireProtocol = Self.scopesOfRESTXML.contains(scope) ? .restXML : .restJSON
            throw Refusal(CommonError.serviceNotImplemented(scope), wireProtocol)
        }
        for (service, table) in self.restTables where scope == nil || service.model.signingName == scope {
            guard
                case .operation(let binding, let labels) = table.match(
                    method: request.method, path: request.path, query: request.query)
            else { continue }
            let isXML = service.model.protocols.contains(.restXML)
            return try self.route(
                binding.name, in: service, isXML ? .restXML : .restJSON, .rest(request, labels, isXML ? .xml : .json))
        }
        throw Refusal(CommonError.unknownOperation(), .restJSON)
    }

    private func route(
        _ name: String, in service: ServiceDefinition, _ wireProtocol: WireProtocol, _ input: WireInput
    ) throws(Refusal) -> OperationRoute {
        let model = service.model
        guard model.operation(name) != nil else {
            let error =
                wireProtocol == .query
                ? CommonError.invalidAction("Could not find operation \(name) for version \(model.apiVersion)")
                : CommonError.unknownOperation()
            throw Refusal(error, wireProtocol, model: model)
        }
        guard let entry = service.operations[name] else {
            throw Refusal(CommonError.notImplemented(service: model.name, operation: name), wireProtocol, model: model)
        }
        return OperationRoute(service: service, entry: entry, wireProtocol: wireProtocol, input: input)
    }
}

extension ServiceModel {
    /// Words the errors of requests that name no service.
    fileprivate static let nobody = ServiceModel(
        name: "-", signingName: "", apiVersion: "", protocols: [], errors: ErrorDialect(),
        validation: ValidationPolicy(),
        operations: [])
}
