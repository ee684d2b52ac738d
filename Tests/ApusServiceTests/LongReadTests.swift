import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct LongReadTests {
    private let bench = TestBench()

    private func fill(_ count: Int, bytes: Int = 0) throws {
        try self.bench.transact { (call) throws(ServiceError) in
            for number in 0..<count { try call.put(NoteKey(number), NoteRecord(String(repeating: "x", count: bytes))) }
        }
    }

    /// Whether the answer is there before the driver has run anything.
    private func isAnsweredAtOnce() throws -> Bool {
        let answer = Answer<Result<Int, ServiceError>>()
        self.bench.host.perform(ReadAll.self, .init(), self.bench.context()) { answer.set($0) }
        let isThere = answer.peek != nil
        self.bench.driver.settle()
        _ = try answer.taken().get()
        return isThere
    }

    @Test func `a short read is answered at once`() throws {
        try self.fill(StoreLimits.briefKeys - 1)
        #expect(try self.isAnsweredAtOnce())
        #expect(try self.bench.run(ReadAll.self, .init()) == StoreLimits.briefKeys - 1)
    }

    @Test func `a read of many keys goes on beside the event loop`() throws {
        try self.fill(StoreLimits.briefKeys + 1)
        #expect(try !self.isAnsweredAtOnce())
        #expect(try self.bench.run(ReadAll.self, .init()) == StoreLimits.briefKeys + 1)
    }

    @Test func `a read of many bytes goes on beside the event loop`() throws {
        try self.fill(3, bytes: StoreLimits.briefBytes / 2)
        #expect(try !self.isAnsweredAtOnce())
        #expect(try self.bench.run(ReadAll.self, .init()) == 3)
    }

    @Test func `long reads that wait are all answered, and too many are refused`() throws {
        try self.fill(StoreLimits.briefKeys + 1)
        let answers = (0..<1_100).map { _ in Answer<Result<Int, ServiceError>>() }
        for answer in answers {
            self.bench.host.perform(ReadAll.self, .init(), self.bench.context()) { answer.set($0) }
        }
        self.bench.driver.settle()
        let refused = answers.count { $0.taken() == .failure(.store(.overloaded)) }
        #expect(refused == 1_100 - 1_024)
    }
}

private struct NoteKey: StoreKey {
    typealias Value = NoteRecord
    static let tag = KeyTag.workerProgress
    var number: UInt32

    init(_ number: Int) { self.number = UInt32(number) }
    func encode(into encoder: inout KeyEncoder) { encoder.append(self.number) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.number = try decoder.readInteger() }
}

private struct NoteRecord: StoreValue, Equatable {
    var text: String

    init(_ text: String) { self.text = text }
    func encode(into writer: inout RecordWriter) { writer.string(self.text) }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.text = try reader.readString() }
}

/// Counts all notes.
private enum ReadAll: Operation {
    struct Input: Sendable {}
    static let access = OperationAccess.read

    static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("test:ReadAll", on: "notes", account: call.account))
    }

    static func perform(_ input: Input, in call: inout Call) throws(ServiceError) -> Int {
        var count = 0
        try call.scan(NoteKey.range()) { _, _ in
            count += 1
            return .next
        }
        return count
    }
}
