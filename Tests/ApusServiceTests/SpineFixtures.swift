import ApusBase
import ApusService
import ApusStore

/// A named counter, for tests of the spine. Uses a tag of the store's own range.
struct CounterKey: StoreKey {
    typealias Value = CounterRecord
    static let tag = KeyTag.workerProgress
    var name: String

    init(_ name: String) { self.name = name }
    func encode(into encoder: inout KeyEncoder) { encoder.append(self.name) }
    init(from decoder: inout KeyDecoder) throws(KeyError) { self.name = try decoder.readString() }
}

struct CounterRecord: StoreValue, Equatable {
    var value: Int64
    init(_ value: Int64) { self.value = value }
    func encode(into writer: inout RecordWriter) { writer.int(self.value) }
    init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.value = try reader.readInt() }
}

/// Adds to a counter and answers its new value.
enum Add: Operation {
    struct Input: Sendable {
        var name: String
        var amount: Int64 = 1
        /// Fails after the write.
        var failure: ServiceError?
    }
    static let access = OperationAccess.write
    static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("test:Add", on: input.name, account: call.account))
    }
    static func perform(_ input: Input, in call: inout Call) throws(ServiceError) -> Int64 {
        let key = CounterKey(input.name)
        let value = (try call.get(key)?.value ?? 0) + input.amount
        try call.put(key, CounterRecord(value))
        call.signal(Channel(key))
        if let failure = input.failure { throw failure }
        return value
    }
}

/// Takes one from a counter, waiting until there is one.
enum Take: PollOperation {
    struct Input: Sendable {
        var name: String
        var patience: Int64
    }
    static let access = OperationAccess.write
    static func demands(_ input: Input, in call: inout Call) throws(ServiceError) -> Demands {
        Demands(Demand("test:Take", on: input.name, account: call.account))
    }
    static func patienceMilliseconds(_ input: Input, in call: inout Call) throws(ServiceError) -> Int64 {
        input.patience
    }
    static func look(_ input: Input, in call: inout Call) throws(ServiceError) -> Sight {
        let key = CounterKey(input.name)
        return (try call.get(key)?.value ?? 0) > 0 ? .something : .nothing(channel: Channel(key), wakeAt: nil)
    }
    static func perform(_ input: Input, in call: inout Call) throws(ServiceError) -> Bool {
        let key = CounterKey(input.name)
        guard let counter = try call.get(key), counter.value > 0 else { return false }
        try call.put(key, CounterRecord(counter.value - 1))
        return true
    }
    static func place(_ input: Input) -> String { input.name }
    static func isEmpty(_ output: Bool) -> Bool { !output }
    static func emptyOutput(_ input: Input) -> Bool { false }
}
