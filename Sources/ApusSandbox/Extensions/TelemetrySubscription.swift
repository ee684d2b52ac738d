internal import ApusBase

/// What an extension has subscribed to with the Telemetry API, or its forerunner, the Logs API.
///
/// Sources: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-logs-api.html
package struct TelemetrySubscription: Equatable, Sendable {
    package enum API: Equatable, Sendable { case telemetry, logs }
    /// How events reach the subscriber: as arrays of JSON that it acknowledges, or as lines of JSON.
    package enum Transport: Equatable, Sendable {
        case http(method: String, path: String)
        case tcp
    }
    package enum Stream: String, CaseIterable, Sendable { case platform, function, `extension` }
    package struct Buffering: Equatable, Sendable {
        package var items = 10_000
        package var bytes = 256 * 1024
        package var milliseconds = 1000

        package init() {}
    }
    /// Why a subscription is refused, in words.
    package struct Refusal: Error, Equatable, Sendable { package var sentence: String }

    package var api: API
    package var streams: Set<Stream>
    package var buffering: Buffering
    /// Of the listener in the environment.
    package var port: Int
    package var transport: Transport
    /// Whether the Logs API tells of `platform.runtimeDone`, which came with its second version.
    package var tellsRuntimeDone: Bool

    /// - Parameter body: JSON; `schemaVersion`, `types`, `buffering`, `destination`.
    package init(_ body: [UInt8], api: API) throws(Refusal) {
        guard let value = try? JSONValue(parsing: body), value.objectValue != nil else {
            throw Refusal(sentence: "The body is not a JSON object")
        }
        let versions =
            api == .telemetry
            ? ["2022-07-01", "2022-12-13", "2025-01-29"] : ["2020-08-15", Self.versionWithRuntimeDone]
        if let version = value["schemaVersion"], !versions.contains(version.stringValue ?? "") {
            throw Refusal(sentence: "Unsupported schemaVersion; supported are \(versions.joined(separator: ", "))")
        }
        guard let types = value["types"]?.arrayValue, !types.isEmpty else {
            throw Refusal(sentence: "types names at least one of platform, function, extension")
        }
        var streams: Set<Stream> = []
        for type in types {
            guard let stream = type.stringValue.flatMap({ Stream(rawValue: $0) }) else {
                throw Refusal(sentence: "types may have platform, function and extension")
            }
            streams.insert(stream)
        }
        self.api = api
        self.streams = streams
        self.tellsRuntimeDone = value["schemaVersion"]?.stringValue == Self.versionWithRuntimeDone
        self.buffering = try Self.buffering(value["buffering"])
        (self.port, self.transport) = try Self.destination(value["destination"])
    }

    private static let versionWithRuntimeDone = "2021-03-18"

    private static func buffering(_ value: JSONValue?) throws(Refusal) -> Buffering {
        var buffering = Buffering()
        guard let value, !value.isNull else { return buffering }
        buffering.items = try self.number(value, "maxItems", 1000...10_000, else: buffering.items)
        buffering.bytes = try self.number(value, "maxBytes", 262_144...1_048_576, else: buffering.bytes)
        buffering.milliseconds = try self.number(value, "timeoutMs", 25...30_000, else: buffering.milliseconds)
        return buffering
    }

    private static func number(
        _ value: JSONValue, _ name: String, _ range: ClosedRange<Int>, else standard: Int
    ) throws(Refusal) -> Int {
        guard let given = value[name], !given.isNull else { return standard }
        guard let number = given.int64Value, range.contains(Int(number)) else {
            throw Refusal(sentence: "\(name) is from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    private static func destination(_ value: JSONValue?) throws(Refusal) -> (port: Int, transport: Transport) {
        guard let value else { throw Refusal(sentence: "destination is missing") }
        switch value["protocol"]?.stringValue?.uppercased() {
        case "HTTP": break
        case "TCP":
            guard let port = value["port"]?.int64Value, Self.isPort(Int(port)) else {
                throw Refusal(sentence: "port is missing, or none to listen on")
            }
            return (Int(port), .tcp)
        default: throw Refusal(sentence: "A destination's protocol is HTTP or TCP")
        }
        // "You can choose to receive logs through PUT or POST."
        let method = value["method"]?.stringValue?.uppercased() ?? "POST"
        guard method == "POST" || method == "PUT" else { throw Refusal(sentence: "method is POST or PUT") }
        let (port, path) = try Self.place(value)
        return (port, .http(method: method, path: path))
    }

    /// "Lambda reserves port 9001."
    private static func isPort(_ number: Int) -> Bool { (1...65535).contains(number) && number != 9001 }

    /// `http://sandbox.localdomain:8080/path`
    private static func place(_ value: JSONValue) throws(Refusal) -> (port: Int, path: String) {
        let sentence = "URI is http://sandbox.localdomain:PORT/PATH"
        guard let uri = (value["URI"] ?? value["uri"])?.stringValue, uri.utf8.count <= 2048,
            uri.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), uri.hasPrefix("http://")
        else { throw Refusal(sentence: sentence) }
        let rest = uri.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0] == "sandbox.localdomain" || parts[0] == "sandbox" else {
            throw Refusal(sentence: sentence)
        }
        guard let port = parts.count == 2 ? Int(parts[1]) : 80, Self.isPort(port) else {
            throw Refusal(sentence: sentence)
        }
        let path = rest.dropFirst(authority.count)
        return (port, path.isEmpty ? "/" : path.hasPrefix("/") ? String(path) : "/\(path)")
    }
}

/// Events on their way to a subscriber, without I/O: gathered until there are enough of them, or the first has waited long
/// enough. Bounded: what a subscriber takes too slowly is dropped and counted.
package struct TelemetryBuffer: Sendable {
    /// What waits at most for a subscriber who does not listen.
    package static let heldBytes = 4 * 1024 * 1024
    /// What an array of events and a separator cost.
    private static let overhead = 1

    private let limits: TelemetrySubscription.Buffering
    private var events: [[UInt8]] = []
    private var bytes = 0
    private var since: UInt64 = 0
    private var dropped = (records: 0, bytes: 0)

    package init(_ limits: TelemetrySubscription.Buffering) { self.limits = limits }

    package var isEmpty: Bool { self.events.isEmpty }

    package mutating func add(_ event: [UInt8], now: UInt64) {
        guard self.bytes + event.count <= Self.heldBytes else {
            self.dropped.records += 1
            self.dropped.bytes += event.count
            return
        }
        if self.events.isEmpty { self.since = now }
        self.events.append(event)
        self.bytes += event.count + Self.overhead
    }

    /// What was dropped since the last call; nil: nothing.
    package mutating func takeDropped() -> PlatformEvent? {
        guard self.dropped.records > 0 else { return nil }
        defer { self.dropped = (0, 0) }
        return .logsDropped(records: self.dropped.records, bytes: self.dropped.bytes)
    }

    /// When the next batch is due; nil without events. A full one is due at once.
    package var deadline: UInt64? {
        guard !self.events.isEmpty else { return nil }
        if self.events.count >= self.limits.items || self.bytes >= self.limits.bytes { return self.since }
        return self.since &+ UInt64(self.limits.milliseconds) * 1_000_000
    }

    /// The next batch as a JSON array, or as lines of JSON; whether it is due does not matter.
    package mutating func take(now: UInt64, for transport: TelemetrySubscription.Transport) -> [UInt8] {
        var count = 0
        var size = 0
        let most = min(self.events.count, self.limits.items)
        while count < most, count == 0 || size + self.events[count].count <= self.limits.bytes {
            size += self.events[count].count + Self.overhead
            count += 1
        }
        let isArray = transport != .tcp
        var body: [UInt8] = isArray ? [UInt8(ascii: "[")] : []
        body.reserveCapacity(size + 2)
        for index in 0..<count {
            if index > 0, isArray { body.append(UInt8(ascii: ",")) }
            body += self.events[index]
            if !isArray { body.append(UInt8(ascii: "\n")) }
        }
        if isArray { body.append(UInt8(ascii: "]")) }
        self.events.removeFirst(count)
        self.bytes -= size
        self.since = now
        return body
    }
}
