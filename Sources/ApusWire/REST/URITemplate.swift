internal import ApusBase

/// The labels that a request's path gave a URI template, decoded.
package struct URILabels: Sendable, Equatable {
    private var pairs: [Pair] = []
    private struct Pair: Sendable, Equatable {
        var name: String
        var value: String
    }

    package init() {}
    package init(_ pairs: KeyValuePairs<String, String>) {
        for (name, value) in pairs { self.set(name, value) }
    }

    package subscript(name: String) -> String? {
        self.pairs.first { $0.name == name }?.value
    }

    mutating func set(_ name: String, _ value: String) { self.pairs.append(Pair(name: name, value: value)) }
}

/// A URI template of the API model: `/2015-03-31/functions/{FunctionName}`, `/{Bucket}/{Key+}?tagging`.
struct URITemplate: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case label(String)
        /// Takes the rest of the path, slashes and all.
        case greedy(String)
    }

    /// A parameter that the query must have; with this value if there is one.
    struct Condition: Sendable, Equatable {
        var name: String
        var value: String?
    }

    let segments: [Segment]
    let conditions: [Condition]

    init(_ template: String) {
        let parts = template.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.segments = Self.pathSegments(String(parts[0])).map { text in
            guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(text) }
            let name = text.dropFirst().dropLast()
            return name.hasSuffix("+") ? .greedy(String(name.dropLast())) : .label(String(name))
        }
        self.conditions =
            parts.count < 2
            ? []
            : parts[1].split(separator: "&").map { pair in
                let halves = pair.split(separator: "=", maxSplits: 1)
                return Condition(name: String(halves[0]), value: halves.count > 1 ? String(halves[1]) : nil)
            }
    }

    /// The segments of a path, still encoded. One slash at the end makes no segment.
    static func pathSegments(_ path: String) -> [String] {
        var segments: [String] = []
        segments.reserveCapacity(8)
        for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            segments.append(String(Substring(part)))
        }
        if segments.first?.isEmpty == true { segments.removeFirst() }
        if segments.last?.isEmpty == true { segments.removeLast() }
        return segments
    }

    /// The labels of a path whose segments fit; nil when one is empty or has a bad escape.
    func labels(_ path: [String], endsWithSlash: Bool) -> URILabels? {
        var labels = URILabels()
        for (index, segment) in self.segments.enumerated() {
            switch segment {
            case .literal: continue
            case .label(let name):
                guard !path[index].isEmpty, let value = Self.decoded(path[index]) else { return nil }
                labels.set(name, value)
            case .greedy(let name):
                let rest = path[index...].joined(separator: "/") + (endsWithSlash ? "/" : "")
                guard !rest.isEmpty, let value = Self.decoded(rest) else { return nil }
                labels.set(name, value)
            }
        }
        return labels
    }

    private static func decoded(_ text: String) -> String? {
        if !text.utf8.contains(UInt8(ascii: "%")) { return text }
        return PercentEncoding.decode(text, plus: .literal)
    }

    func satisfied(by query: [FormReader.Field]) -> Bool {
        self.conditions.allSatisfy { condition in
            query.contains { $0.name == condition.name && (condition.value == nil || $0.value == condition.value) }
        }
    }
}
