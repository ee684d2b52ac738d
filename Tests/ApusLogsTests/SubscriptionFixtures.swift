import ApusBase
import ApusLogs
import ApusService
import ApusStore
import ApusTestSupport

let functionARN = "arn:aws:lambda:eu-west-1:123456789012:function:f"

extension TestBench {
    func subscribe(
        _ name: String = "s", pattern: String = "", to destination: String = functionARN, role: String? = nil,
        group: String = "g"
    ) throws(ServiceError) {
        _ = try self.run(
            PutSubscriptionFilter.self,
            PutSubscriptionFilterInput(
                logGroupName: group, filterName: name, filterPattern: pattern, destinationArn: destination,
                roleArn: role))
    }
}

/// What a function was sent, unpacked.
struct Delivery {
    let json: JSONValue

    init(_ event: [UInt8]) throws {
        let data = try JSONValue(parsing: event)["awslogs"]?["data"]?.stringValue
        self.json = try JSONValue(parsing: Gzip.inflate(Base64.decode(data ?? "") ?? [], limit: 16 << 20) ?? [])
    }

    var events: [JSONValue] { self.json["logEvents"]?.arrayValue ?? [] }
    var messages: [String] { self.events.compactMap { $0["message"]?.stringValue } }
}

/// Lets only a service of one name invoke functions.
struct OnlyService: Authorizer {
    let name: String

    func refusal(of demand: Demand, in call: inout Call) throws(ServiceError) -> String? {
        guard demand.action == "lambda:InvokeFunction" else { return nil }
        guard case .service(let service) = call.principal, service.name == self.name else { return "no" }
        return nil
    }
}

/// Leaves events in the store, as Lambda does: what is there after a crash is delivered.
struct StoredInvoker: FunctionInvoker {
    struct Key: StoreKey {
        typealias Value = Event
        static let tag = KeyTag.outbox
        var id: UInt64

        init(id: UInt64) { self.id = id }
        func encode(into encoder: inout KeyEncoder) { encoder.append(self.id) }
        init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readInteger() }
    }
    struct Event: StoreValue {
        var bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }
        func encode(into writer: inout RecordWriter) { writer.blob(self.bytes) }
        init(from reader: inout RecordReader, version: UInt8) throws(RecordError) { self.bytes = try reader.readBlob() }
    }

    func check(_ functionARN: String, in call: inout Call) throws(ServiceError) {}

    func invoke(
        _ functionARN: String, with event: [UInt8], tenant: String?, in call: inout Call
    ) throws(ServiceError) {
        try call.put(Key(id: call.entropy.nextUInt64()), Event(event))
    }
}
