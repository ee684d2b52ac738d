/// Writes Prometheus's text form 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ family: MetricFamily) {
        self.head(family.name, family.kind.rawValue, family.help)
        for sample in family.read() { self.sample(family.name, sample.labels, sample.value) }
    }

    /// The three families of requests.
    mutating func appendOperations(_ operations: [(meter: OperationMeter, counts: OperationCounts)]) {
        self.head("apus_requests_total", "counter", "Requests answered.")
        for (meter, counts) in operations {
            for (status, count) in counts.statuses.sorted(by: { $0.status < $1.status }) {
                self.sample("apus_requests_total", Self.labels(meter) + [("status", String(status))], Double(count))
            }
        }
        self.head("apus_errors_total", "counter", "Requests answered with an error.")
        for (meter, counts) in operations {
            for (code, count) in counts.codes.sorted(by: { $0.key < $1.key }) {
                self.sample("apus_errors_total", Self.labels(meter) + [("code", code)], Double(count))
            }
        }
        self.head(
            "apus_request_duration_seconds", "histogram", "Time from a request's last byte to its answer.")
        for (meter, counts) in operations { self.histogram(Self.labels(meter), counts.durations) }
    }

    private mutating func histogram(_ labels: [(name: String, value: String)], _ durations: DurationHistogram) {
        let name = "apus_request_duration_seconds"
        var cumulative: UInt64 = 0
        for (index, count) in durations.buckets.enumerated() {
            cumulative += count
            let bounds = DurationHistogram.boundsNanoseconds
            let bound = index < bounds.count ? Self.number(Double(bounds[index]) / 1e9) : "+Inf"
            self.sample(name + "_bucket", labels + [("le", bound)], Double(cumulative))
        }
        self.sample(name + "_sum", labels, Double(durations.totalNanoseconds) / 1e9)
        self.sample(name + "_count", labels, Double(cumulative))
    }

    private static func labels(_ meter: OperationMeter) -> [(name: String, value: String)] {
        [("service", meter.service), ("operation", meter.operation)]
    }

    private mutating func head(_ name: String, _ kind: String, _ help: String) {
        self.text("# HELP \(name) \(Self.escaped(help, quote: false))\n# TYPE \(name) \(kind)\n")
    }

    private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        self.text(name)
        if !labels.isEmpty {
            let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
            self.text("{" + list.joined(separator: ",") + "}")
        }
        self.text(" \(Self.number(value))\n")
    }

    private mutating func text(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    /// Counts without a fraction; all else as Swift writes a `Double`, which Go's `ParseFloat` reads.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// `\` and line feeds, and quotes where the text stands in quotes.
    static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x3A: true
            default: false
            }
        }
    }
}
