internal import ApusBase

/// Finds the operation that a REST request means. A pure value, made once per service: a tree of the templates'
/// segments.
///
/// A literal segment goes before a label, a label before a greedy one; among templates of one path those with more
/// conditions on the query go first.
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

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var label: Int?
        var greedy: Int?
        /// The templates that end here.
        var routes: [Route] = []
    }

    private var nodes: [Node] = [Node()]

    package init(_ operations: [OperationBinding]) {
        for operation in operations { self.insert(Route(template: URITemplate(operation.uri), operation: operation)) }
        for node in self.nodes.indices {
            self.nodes[node].routes.sort { $0.template.conditions.count > $1.template.conditions.count }
        }
    }

    private mutating func insert(_ route: Route) {
        var node = 0
        for segment in route.template.segments {
            let next: Int?
            switch segment {
            case .literal(let text): next = self.nodes[node].literals[text]
            case .label: next = self.nodes[node].label
            case .greedy: next = self.nodes[node].greedy
            }
            if let next {
                node = next
                continue
            }
            self.nodes.append(Node())
            switch segment {
            case .literal(let text): self.nodes[node].literals[text] = self.nodes.count - 1
            case .label: self.nodes[node].label = self.nodes.count - 1
            case .greedy: self.nodes[node].greedy = self.nodes.count - 1
            }
            node = self.nodes.count - 1
        }
        self.nodes[node].routes.append(route)
    }

    /// `path` and `query` as they came on the wire.
    package func match(method: String, path: String, query: String) -> Match {
        let request = Request(
            method: method, segments: URITemplate.pathSegments(path),
            endsWithSlash: path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/"),
            query: query.isEmpty ? [] : (try? FormReader.fields(of: Array(query.utf8))) ?? [])
        var fitsOtherMethod = false
        let match = self.find(request, from: 0, at: 0, &fitsOtherMethod)
        return match ?? (fitsOtherMethod ? .otherMethod : .none)
    }

    private struct Request {
        var method: String
        var segments: [String]
        var endsWithSlash: Bool
        var query: [FormReader.Field]
    }

    /// Templates have a handful of segments, so this is as deep as that.
    private func find(_ request: Request, from index: Int, at node: Int, _ fitsOtherMethod: inout Bool) -> Match? {
        if index == request.segments.count { return self.route(request, at: node, &fitsOtherMethod) }
        if let next = self.nodes[node].literals[request.segments[index]],
            let match = self.find(request, from: index + 1, at: next, &fitsOtherMethod)
        {
            return match
        }
        if let next = self.nodes[node].label,
            let match = self.find(request, from: index + 1, at: next, &fitsOtherMethod)
        {
            return match
        }
        if let next = self.nodes[node].greedy { return self.route(request, at: next, &fitsOtherMethod) }
        return nil
    }

    private func route(_ request: Request, at node: Int, _ fitsOtherMethod: inout Bool) -> Match? {
        for route in self.nodes[node].routes where route.template.satisfied(by: request.query) {
            guard let labels = route.template.labels(request.segments, endsWithSlash: request.endsWithSlash) else {
                continue
            }
            if route.operation.method == request.method { return .operation(route.operation, labels) }
            fitsOtherMethod = true
        }
        return nil
    }
}
