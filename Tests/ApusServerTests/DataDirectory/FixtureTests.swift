import ApusBase
import ApusIAM
import ApusService
import ApusSQS
import ApusStore
import ApusTestSupport
import Foundation
import Testing

@testable import ApusServer

/// Data directories that earlier releases made: what waits in their queues is delivered as those releases would have.
///
/// By the clock of the day on which they were made, since messages expire; what does not is checked with real clients by
/// Tests/conformance/test_data_directories.py. How a fixture is made: docs/data-format.md.
@Suite struct FixtureTests {
    static let names: [String] = ["2026-11-21", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-27b"]

    @Test(arguments: Self.names)
    func `a standard queue delivers what waits, is delayed and was in flight`(_ name: String) throws {
        let fixture = try Fixture(name)
        defer { fixture.close() }
        let url = fixture.url("fixture-standard")
        let attributes = try fixture.run(
            GetQueueAttributes.self, GetQueueAttributesInput(queueUrl: url, attributeNames: ["All"])
        ).attributes
        #expect(attributes?["ApproximateNumberOfMessages"] == "1")
        #expect(attributes?["ApproximateNumberOfMessagesNotVisible"] == "1")
        #expect(attributes?["ApproximateNumberOfMessagesDelayed"] == "1")
        #expect(attributes?["VisibilityTimeout"] == "43200")
        #expect(attributes?["RedrivePolicy"]?.contains(":fixture-dead") == true)
        let tags = try fixture.run(ListQueueTags.self, ListQueueTagsInput(queueUrl: url)).tags
        #expect(tags == ["colour": "green"])

        let waiting = try fixture.receive(url)
        #expect(waiting.map(\.body) == ["waiting"])
        #expect(waiting.first?.messageAttributes?["shape"]?.stringValue == "round")
        fixture.advance(seconds: 900)
        #expect(try fixture.receive(url).map(\.body) == ["delayed"])
        fixture.advance(seconds: 43_200)
        let again = try fixture.receive(url)
        #expect(Set(again.map(\.body)) == ["waiting", "in flight", "delayed"])
        #expect(again.first { $0.body == "in flight" }?.attributes?["ApproximateReceiveCount"] == "2")
    }

    @Test(arguments: Self.names)
    func `a FIFO queue keeps its groups' order and knows what was sent`(_ name: String) throws {
        let fixture = try Fixture(name)
        defer { fixture.close() }
        let url = fixture.url("fixture.fifo")
        // Within five minutes the same body is the same message.
        let send = SendMessageInput(queueUrl: url, messageBody: "b1", messageGroupId: "b")
        _ = try fixture.run(SendMessage.self, send)
        #expect(try fixture.receive(url).map(\.body) == ["b1"])
        fixture.advance(seconds: 43_200)
        #expect(try fixture.receive(url).map(\.body).filter { $0?.hasPrefix("a") == true } == ["a1", "a2"])
    }

    @Test(arguments: Self.names.filter { $0 >= "2026-11-25" })
    func `a fair queue delivers the messages of all groups`(_ name: String) throws {
        let fixture = try Fixture(name)
        defer { fixture.close() }
        let url = fixture.url("fixture-fair")
        #expect(Set(try fixture.receive(url).map(\.body)) == ["fair a2", "fair b1"])
        fixture.advance(seconds: 43_200)
        #expect(Set(try fixture.receive(url).map(\.body)) == ["fair a1", "fair a2", "fair b1"])
    }

    @Test func `every fixture is tried`() throws {
        let files = try Files.names(in: Fixture.folder)
        #expect(files == Self.names.map { $0 + ".tar.gz" })
    }
}

/// A copy of a data directory that a release made, opened at the time at which it was made.
private final class Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../Fixtures/data"

    private let path = "/tmp/apus-fixture-\(getpid())-\(SystemEntropy().nextUInt64())"
    private let directory: ServerDirectory
    private let storage: RocksStorage
    private let clock: ManualClock
    private let driver: SimulationDriver
    private let host: ServiceHost

    init(_ name: String) throws {
        try Files.createDirectory(self.path)
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", "\(Self.folder)/\(name).tar.gz", "-C", self.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        let made = try Files.readAll(self.path + "/made").filter { $0 != 0x0A }
        let milliseconds = try #require(Int64(String(decoding: made, as: UTF8.self)))
        self.clock = ManualClock(Timestamp(milliseconds: milliseconds))
        self.directory = try ServerDirectory(path: self.path, entropy: SystemEntropy())
        var configuration = RocksConfiguration()
        configuration.memtableBytes = 4 << 20
        self.storage = try RocksStorage(directory: self.directory.store, configuration: configuration)
        self.driver = SimulationDriver(clock: self.clock, entropy: SeededEntropy(seed: 1))
        var ports = Ports.standIns()
        (ports.messageSink, ports.messageSource) = (SQS.messages, SQS.messages)
        self.host = ServiceHost(
            store: Store(storage: self.storage, driver: self.driver), ports: ports, sealing: self.directory.sealing)
    }

    func close() {
        self.storage.close()
        try? Files.removeTree(self.path)
    }

    func url(_ queue: String) -> String { "http://localhost:4566/000000000000/\(queue)" }
    func advance(seconds: Int64) { self.driver.run(until: self.clock.now + seconds * 1000) }

    func run<Op: ApusService.Operation>(_ operation: Op.Type, _ input: Op.Input) throws(ServiceError) -> Op.Output {
        let answer = Answer<Result<Op.Output, ServiceError>>()
        let context = CallContext(
            principal: .root(account: "000000000000"), account: "000000000000", region: "us-east-1",
            requestID: "00000000-0000-4000-8000-000000000000", now: self.clock.now, sourceIP: "127.0.0.1")
        self.host.perform(operation, input, context) { answer.set($0) }
        self.driver.settle()
        return try answer.taken().get()
    }

    func receive(_ url: String) throws(ServiceError) -> [Message] {
        let input = ReceiveMessageInput(
            queueUrl: url, messageSystemAttributeNames: ["All"], messageAttributeNames: ["All"], maxNumberOfMessages: 10
        )
        return try self.run(ReceiveMessage.self, input).messages ?? []
    }
}
