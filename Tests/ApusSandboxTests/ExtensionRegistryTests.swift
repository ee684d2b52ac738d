import ApusBase
import ApusSandbox
import Testing

@Suite struct ExtensionRegistryTests {
    private typealias Refusal = ExtensionRegistry.Refusal

    private func register(
        _ registry: inout ExtensionRegistry, _ name: String, _ kinds: [ExtensionRegistry.Kind] = [.invoke, .shutdown]
    ) throws {
        _ = try registry.register(name: name, kinds: kinds, identifier: "id-\(name)", isInitialising: true)
    }

    @Test func `it is quiet once all that were started have registered and wait`() throws {
        var registry = ExtensionRegistry(launched: ["a", "b"])
        #expect(!registry.isQuiet && registry.hasExternal)
        try self.register(&registry, "a")
        try registry.next("id-a")
        #expect(!registry.isQuiet)
        try self.register(&registry, "b")
        #expect(!registry.isQuiet)
        try registry.next("id-b")
        #expect(registry.isQuiet)
        #expect(ExtensionRegistry(launched: []).isQuiet)
    }

    @Test func `events go to those who want them, who are at work until they ask again`() throws {
        var registry = ExtensionRegistry(launched: ["a", "b"])
        try self.register(&registry, "a", [.invoke])
        try self.register(&registry, "b", [.shutdown])
        try registry.next("id-a")
        try registry.next("id-b")
        #expect(registry.deliver(.invoke) == ["id-a"])
        #expect(!registry.isQuiet && registry.deliver(.invoke) == [])
        #expect(throws: Refusal.waiting) { try registry.next("id-b") }
        try registry.next("id-a")
        #expect(registry.isQuiet && registry.deliver(.shutdown) == ["id-b"] && !registry.isShutDown)
        registry.exited("b")
        #expect(registry.isShutDown)
    }

    @Test func `who lost its connection must ask again`() throws {
        var registry = ExtensionRegistry(launched: ["a"])
        try self.register(&registry, "a")
        try registry.next("id-a")
        registry.lost("id-a")
        #expect(!registry.isQuiet && registry.deliver(.invoke) == [])
        try registry.next("id-a")
        #expect(registry.isQuiet)
    }

    @Test func `registrations are refused as Lambda refuses them`() throws {
        var registry = ExtensionRegistry(launched: ["a"])
        #expect(throws: Refusal.initialisationIsOver) {
            try registry.register(name: "a", kinds: [], identifier: "x", isInitialising: false)
        }
        try self.register(&registry, "a")
        #expect(throws: Refusal.registered) { try self.register(&registry, "a") }
        #expect(throws: Refusal.shutdownOfInternal) { try self.register(&registry, "inside") }
        for number in 1..<10 { try self.register(&registry, "inside\(number)", [.invoke]) }
        #expect(throws: Refusal.tooMany) { try self.register(&registry, "one more", [.invoke]) }
        #expect(throws: Refusal.unknownIdentifier) { try registry.next("nobody") }
    }

    @Test func `the starter's notices are read, and no other text is one`() {
        func notice(_ text: [UInt8]) -> StarterNotice? { text.withUnsafeBytes { StarterNotice($0) } }
        let mark: [UInt8] = [0xFF, 0xA6]
        #expect(notice(mark + Array("Eone line".utf8)) == .output("one line"))
        #expect(notice(mark + Array("Xmy-ext 0".utf8)) == .extensionExited(name: "my-ext", .status(0)))
        #expect(notice(mark + Array("R137".utf8)) == .runtimeExited(.signal(9)))
        for text in ["R", "Rx", "X", "Xname", "Q1", ""] { #expect(notice(mark + Array(text.utf8)) == nil, "\(text)") }
        #expect(notice(Array("R137".utf8)) == nil)
    }

    @Test func `subscriptions are checked`() throws {
        func read(_ text: String, _ api: TelemetrySubscription.API = .telemetry) throws -> TelemetrySubscription {
            try TelemetrySubscription(Array(text.utf8), api: api)
        }
        let destination = #""destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:8080/in?a=b"}"#
        let plain = try read(#"{"schemaVersion":"2022-12-13","types":["platform","function"],\#(destination)}"#)
        #expect(plain.port == 8080 && plain.transport == .http(method: "POST", path: "/in?a=b"))
        #expect(plain.streams == [.platform, .function])
        #expect(
            plain.buffering.items == 10_000 && plain.buffering.bytes == 262_144 && plain.buffering.milliseconds == 1000)
        let buffered = try read(
            #"{"types":["extension"],\#(destination),"buffering":{"maxItems":1000,"maxBytes":262144,"timeoutMs":25}}"#)
        #expect(buffered.buffering.items == 1000 && buffered.buffering.milliseconds == 25)
        let lines = try read(
            #"{"schemaVersion":"2021-03-18","types":["platform"],"destination":{"protocol":"TCP","port":8080}}"#, .logs)
        #expect(lines.port == 8080 && lines.transport == .tcp && lines.tellsRuntimeDone)
        let put = try read(
            #"{"types":["platform"],"destination":{"protocol":"HTTP","URI":"http://sandbox:80","method":"PUT"}}"#, .logs
        )
        #expect(put.transport == .http(method: "PUT", path: "/") && !put.tellsRuntimeDone)
        for text in [
            "", "[]", "{}", #"{"types":[],\#(destination)}"#, #"{"types":["x"],\#(destination)}"#,
            #"{"types":["platform"]}"#,
            #"{"types":["platform"],"destination":{"protocol":"TCP","port":9001}}"#,
            #"{"types":["platform"],"destination":{"protocol":"TCP"}}"#,
            #"{"types":["platform"],"destination":{"protocol":"HTTP","URI":"http://sandbox:80","method":"GET"}}"#,
            #"{"types":["platform"],"destination":{"protocol":"HTTP","URI":"http://example.com:80"}}"#,
            #"{"types":["platform"],"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:9001"}}"#,
            #"{"types":["platform"],"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:1/\r\nX: y"}}"#,
            #"{"types":["platform"],\#(destination),"buffering":{"maxItems":1}}"#,
            #"{"schemaVersion":"2020-08-15","types":["platform"],\#(destination)}"#,
        ] {
            #expect(throws: TelemetrySubscription.Refusal.self, "\(text)") { try read(text) }
        }
    }

    @Test func `a buffer is due when it is full or old, and bounded`() {
        var limits = TelemetrySubscription.Buffering()
        limits.items = 2
        limits.milliseconds = 25
        var buffer = TelemetryBuffer(limits)
        #expect(buffer.deadline == nil)
        buffer.add([1], now: 100)
        #expect(buffer.deadline == 25_000_100)
        buffer.add([2], now: 200)
        buffer.add([3], now: 300)
        #expect(buffer.deadline == 100)
        let array = TelemetrySubscription.Transport.http(method: "POST", path: "/")
        #expect(buffer.take(now: 400, for: array) == [0x5B, 1, 0x2C, 2, 0x5D])
        #expect(buffer.deadline == 25_000_400)
        #expect(buffer.take(now: 500, for: .tcp) == [3, 0x0A] && buffer.isEmpty)
        for _ in 0..<6 { buffer.add([UInt8](repeating: 0x30, count: 1_000_000), now: 600) }
        #expect(buffer.takeDropped() == .logsDropped(records: 2, bytes: 2_000_000))
        #expect(buffer.takeDropped() == nil)
    }
}
