internal import ApusBase

/// Finds the operation that a REST request means. A pure value, made once per service.
package struct RouteTable: Sendable {
    /// What a method and a path come to.
    package enum Match: Sendable, Equatable {
        case operation(OperationBinding, URILabels)
        /// Templates fit the path, but with other methods.
        case otherMethod
        case none
    }

    private struct Route: Sendable {
        var template: URITemplate
        var operation: OperationBinding
    }

    /// By the first segment of the path where it is literal; the others under the empty name. Most particular first.
    private var routes: [String: [Route]] = [:]

    package init(_ operations: [OperationBinding]) {
        for operation in operations {
            let template = URITemplate(operation.uri)
            var first = ""
            if case .literal(let text)? = template.segments.first { first = text }
            self.routes[first, default: []].append(Route(template: template, operation: operation))
        }
        for key in self.routes.keys {
            self.routes[key]?.sort { $0.template.precedes($1.template) }
        }
    }

    /// `path` and `query` as they came on the wire.
    package func match(method: String, path: String, query: String) -> Match {
        let segments = URITemplate.pathSegments(path)
        let fields = (try? FormReader.fields(of: Array(query.utf8))) ?? []
        let endsWithSlash = path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/")
        var fitsOtherMethod = false
        for group in [segments.first.map(String.init) ?? "", ""] {
            for route in self.routes[group] ?? [] {
                guard let labels = route.template.match(segments, query: fields, endsWithSlash: endsWithSlash) else {
                    continue
                }
                if route.operation.method == method { return .operation(route.operation, labels) }
                fitsOtherMethod = true
            }
            if group.isEmpty { break }
        }
        return fitsOtherMethod ? .otherMethod : .none
    }
}

/// The routes of all REST services. A signed request names its service; an anonymous one is told by its path alone.
package struct RESTRouter: Sendable {
    private let tables: [(model: ServiceModel, table: RouteTable)]

    package init(_ models: [ServiceModel]) {
        self.tables =
            models
            .filter { $0.protocols.contains(.restJSON) || $0.protocols.contains(.restXML) }
            .map { ($0, RouteTable($0.operations)) }
    }

    /// The service and its match; nil when no service has such a path. With `signingName` only that service is looked at.
    package func match(
        method: String, path: String, query: String, signingName: String?
    ) -> (service: ServiceModel, match: RouteTable.Match)? {
        var second: (service: ServiceModel, match: RouteTable.Match)?
        for (model, table) in self.tables where signingName == nil || model.signingName == signingName {
            switch table.match(method: method, path: path, query: query) {
            case .operation(let operation, let labels): return (model, .operation(operation, labels))
            case .otherMethod: second = second ?? (model, .otherMethod)
            case .none: if signingName != nil { second = second ?? (model, .none) }
            }
        }
        return second
    }
}
