import ApusBase
import ApusStore
import Testing

@testable import ApusLambda

/// The bytes of durable executions' records and keys, which must be readable for ever.
@Suite struct DurableBytesTests {
    @Test func `an execution's bytes, old and new`() throws {
        var record = DurableRecord(
            function: FunctionKey(account: "1", region: "r", name: "f"), functionID: 7, qualifier: "z", version: "1",
            name: "n", uuid: "a", started: Timestamp(milliseconds: 5), timeoutSeconds: 3, retentionDays: 1,
            requestID: "q", trace: nil, isAsynchronous: true, parent: DurableParent(execution: 2, operation: 3))
        record.due = Timestamp(milliseconds: 1)
        record.failures = 1
        (record.token, record.secret, record.lastClientToken, record.lastTouched) = (4, 5, "c", [1])
        (record.change, record.seen, record.operations, record.events, record.bytes) = (2, 1, 3, 4, 6)
        record.open = DurableOpenOperations(awaited: 1, ready: 2)
        let first =
            "0131" + "0172" + "0166" + "07" + "01017a" + "0131" + "016e" + "0161" + "0752554e4e494e47" + "00" + "0a"
            + "00" + "06" + "02" + "0171" + "00" + "01" + "010203" + "0102" + "02" + "04" + "05" + "010163" + "0101"
            + "02" + "01" + "03" + "04" + "0c"
        #expect(Hex.encode(record.encoded) == "03" + first + "01" + "02" + "04" + "00")
        let second = try #require(Hex.decode("02" + first + "01" + "02" + "04"))
        #expect(try DurableRecord(decoding: second, tag: .lambdaDurableExecution) == record)
        record.tenant = "b"
        #expect(Hex.encode(record.encoded).hasSuffix("010162"))
        #expect(try DurableRecord(decoding: record.encoded, tag: .lambdaDurableExecution) == record)
        let old = try #require(Hex.decode("01" + first))
        record.open = nil
        record.tenant = nil
        #expect(try DurableRecord(decoding: old, tag: .lambdaDurableExecution) == record)
    }

    @Test func `an operation's bytes`() throws {
        var record = DurableOperationRecord(
            OperationUpdate(id: "i", type: "STEP", action: "START", parentId: "p"), started: Timestamp(milliseconds: 1))
        record.attempt = 1
        record.next = Timestamp(milliseconds: 2)
        record.seconds = 3
        record.result = "r"
        record.error = DurableError(
            ErrorObject(errorMessage: "m", errorType: "t", errorData: nil, stackTrace: ["s"]))
        (record.secret, record.change) = (9, 1)
        #expect(
            Hex.encode(record.encoded) == "02" + "0169" + "010170" + "00" + "0453544550" + "00" + "0753544152544544"
                + "02" + "00" + "02" + "0104" + "00" + "00" + "06" + "010172" + "01" + "01016d" + "010174" + "00"
                + "01010173" + "00" + "09" + "01" + "00" + "00" + "00" + "00")
        let first = try #require(Hex.decode("01" + Hex.encode(record.encoded).dropFirst(2).dropLast(2)))
        #expect(try DurableOperationRecord(decoding: first, tag: .lambdaDurableOperation) == record)
        record.tenant = "b"
        #expect(try DurableOperationRecord(decoding: record.encoded, tag: .lambdaDurableOperation) == record)
    }

    @Test func `an event's bytes`() throws {
        var record = DurableEventRecord("X", at: Timestamp(milliseconds: 1))
        (record.id, record.result, record.text) = ("i", "r", "t")
        (record.isTruncated, record.seconds, record.attempt) = (true, 1, 2)
        #expect(
            Hex.encode(record.encoded) == "02" + "0158" + "02" + "010169" + "00" + "00" + "00" + "010172" + "00" + "01"
                + "02" + "00" + "04" + "00" + "010174" + "00" + "00" + "00")
        let first = try #require(Hex.decode("01" + Hex.encode(record.encoded).dropFirst(2).dropLast(2)))
        #expect(try DurableEventRecord(decoding: first, tag: .lambdaDurableEvent) == record)
        record.tenant = "b"
        #expect(try DurableEventRecord(decoding: record.encoded, tag: .lambdaDurableEvent) == record)
        #expect(Hex.encode(DurablePayload(text: "x").encoded) == "01" + "0178")
        #expect(Hex.encode(DurableNumber(5).encoded) == "01" + "05")
    }

    @Test func `the keys' bytes`() {
        let (id, number) = ("0000000000000007", "0000000000000002")
        #expect(Hex.encode(DurableExecutionKey(id: 7).encoded) == "4040" + id)
        #expect(Hex.encode(DurablePayloadKey(execution: 7, number: 2).encoded) == "4041" + id + number)
        #expect(Hex.encode(DurableOperationKey(execution: 7, number: 2).encoded) == "4042" + id + number)
        #expect(Hex.encode(DurableOperationIDKey(execution: 7, id: "i").encoded) == "4043" + id + "6900")
        #expect(Hex.encode(DurableEventKey(execution: 7, number: 2).encoded) == "4044" + id + number)
        #expect(Hex.encode(DurableNameKey(function: 7, name: "n").encoded) == "4045" + id + "6e00")
        let time = Timestamp(milliseconds: 5)
        #expect(
            Hex.encode(DurableOfFunctionKey(function: 7, started: time, id: 2).encoded)
                == "4046" + id + "8000000000000005" + number)
        #expect(
            Hex.encode(DurableDueKey(due: time, execution: 7, operation: 2).encoded)
                == "4047" + "8000000000000005" + id + number)
        #expect(Hex.encode(DurableChangeKey(execution: 7, number: 2).encoded) == "4048" + id + number)
    }

    @Test func `a timer's bytes, and a ticket's`() {
        #expect(DurableTimer(.operation, 7, operation: 2).bytes == [2, 7, 2])
        #expect(DurableTimer([3, 7, 0]).map { [$0.kind.rawValue, $0.execution, $0.operation] } == [3, 7, 0])
        #expect(DurableTicket.make([1]) == "AAAAAAAAAAE=")
        #expect(DurableTicket.read("AAAAAAAAAAE=", count: 1) == [1])
        #expect(DurableTicket.read("AAAAAAAAAAE=", count: 2) == nil)
    }
}
