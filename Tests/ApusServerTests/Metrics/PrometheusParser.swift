/// A strict reader of Prometheus's text form 0.0.4, written from its specification
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
///
/// Stricter than the specification where it only recommends: every family has HELP and TYPE before its samples, in this
/// order, and its samples are together.
struct PrometheusParser {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }
    struct Family {
        var name: String
        var help: String
        var type: String
        var samples: [Sample] = []
    }
    struct ParseError: Error, CustomStringConvertible {
        var line: Int
        var reason: String
        var description: String { "line \(self.line): \(self.reason)" }
    }

    private(set) var families: [Family] = []
    private var line = 0
    private var help: (name: String, text: String)?

    init(_ page: String) throws {
        guard page.isEmpty || page.hasSuffix("\n") else { throw ParseError(line: 0, reason: "no line feed at the end") }
        for text in page.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            self.line += 1
            try self.parse(String(text))
        }
        guard self.help == nil else { throw self.error("HELP without TYPE at the end") }
        for family in self.families { try self.check(family) }
    }

    func samples(_ name: String) -> [Sample] { self.families.flatMap(\.samples).filter { $0.name == name } }

    private mutating func parse(_ text: String) throws {
        if text.hasPrefix("# HELP ") {
            let parts = text.dropFirst(7).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, Self.isMetricName(parts[0]), self.help == nil else { throw self.error("bad HELP") }
            self.help = (String(parts[0]), try self.unescaped(parts[1], isLabel: false))
        } else if text.hasPrefix("# TYPE ") {
            let parts = text.dropFirst(7).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let types = ["counter", "gauge", "histogram", "summary", "untyped"]
            guard parts.count == 2, let help = self.help, help.name == parts[0], types.contains(parts[1]) else {
                throw self.error("bad TYPE, or one without its HELP")
            }
            guard !self.families.contains(where: { $0.name == parts[0] }) else {
                throw self.error("a second \(parts[0])")
            }
            self.families.append(Family(name: parts[0], help: help.text, type: parts[1]))
            self.help = nil
        } else {
            guard self.help == nil, !text.hasPrefix("#"), !text.isEmpty else { throw self.error("a line out of place") }
            try self.parseSample(text)
        }
    }

    private mutating func parseSample(_ text: String) throws {
        var rest = text[...]
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        guard Self.isMetricName(name[...]) else { throw self.error("bad name \(name)") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = String(rest.prefix { $0 != "=" })
                guard Self.isLabelName(label[...]), labels[label] == nil else { throw self.error("bad label \(label)") }
                rest = rest.dropFirst(label.count + 1)
                guard rest.first == "\"" else { throw self.error("a label's value lacks its quote") }
                rest = rest.dropFirst()
                var end = rest.startIndex
                while end < rest.endIndex, rest[end] != "\"" {
                    if rest[end] == "\\" { end = rest.index(after: end) }
                    guard end < rest.endIndex else { break }
                    end = rest.index(after: end)
                }
                guard end < rest.endIndex else { throw self.error("a label's value lacks its end") }
                labels[label] = try self.unescaped(rest[..<end], isLabel: true)
                rest = rest[rest.index(after: end)...]
                if rest.first == "," {
                    rest = rest.dropFirst()
                } else if rest.first != "}" {
                    throw self.error("no comma")
                }
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Self.value(rest.dropFirst()) else { throw self.error("bad value \(rest)") }
        guard var family = self.families.last, name.hasPrefix(family.name) else {
            throw self.error("\(name) has no TYPE")
        }
        let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(String(name.dropFirst(family.name.count))) else {
            throw self.error("\(name) is foreign")
        }
        guard !family.samples.contains(where: { $0.name == name && $0.labels == labels }) else {
            throw self.error("\(name) with these labels is there twice")
        }
        family.samples.append(Sample(name: name, labels: labels, value: value))
        self.families[self.families.count - 1] = family
    }

    /// Counters do not fall below 0; a histogram's buckets rise, end with +Inf, and agree with its count.
    private func check(_ family: Family) throws {
        if family.type == "counter", family.samples.contains(where: { !($0.value >= 0) }) {
            throw self.error("\(family.name) is negative")
        }
        guard family.type == "histogram" else { return }
        let groups = Dictionary(grouping: family.samples) { sample in sample.labels.filter { $0.key != "le" } }
        for (labels, samples) in groups {
            let buckets = samples.filter { $0.name == family.name + "_bucket" }
            let bounds = buckets.compactMap { $0.labels["le"] }.compactMap { Self.value($0[...]) }
            guard bounds.count == buckets.count, bounds == bounds.sorted(), bounds.last == .infinity,
                buckets.map(\.value) == buckets.map(\.value).sorted(),
                samples.first(where: { $0.name == family.name + "_count" })?.value == buckets.last?.value,
                samples.contains(where: { $0.name == family.name + "_sum" })
            else { throw self.error("the histogram of \(labels) contradicts itself") }
        }
    }

    private func unescaped(_ text: Substring, isLabel: Bool) throws -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                switch character {
                case "\\": result.append("\\")
                case "n": result.append("\n")
                case "\"" where isLabel: result.append("\"")
                default: throw self.error("\\\(character) is not an escape here")
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        guard !isEscaped else { throw self.error("a lone backslash") }
        return result
    }

    /// What Go's ParseFloat reads, as far as anybody writes it.
    private static func value(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            guard text.allSatisfy({ $0.isNumber || "+-.eE".contains($0) }) else { return nil }
            return Double(text)
        }
    }

    private static func isMetricName(_ name: Substring) -> Bool {
        Self.isLabelName(Substring(name.map { $0 == ":" ? "_" : $0 }))
    }

    private static func isLabelName(_ name: Substring) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private func error(_ reason: String) -> ParseError { ParseError(line: self.line, reason: reason) }
}
