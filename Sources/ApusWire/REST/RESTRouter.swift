/// The routes of all REST services. A signed request names its service; an anonymous one is told by its path alone.
package struct RESTRouter: Sendable {
    private let tables: [(model: ServiceModel, table: RouteTable)]

    package init(_ models: [ServiceModel]) {
        self.tables =
            models
            .filter { $0.protocols.contains(.restJSON) || $0.protocols.contains(.restXML) }
            .map { ($0, RouteTable($0.operations)) }
    }

    /// The service and its match; nil when no service has such a path. With `signingName` only that service is looked
    /// at.
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
