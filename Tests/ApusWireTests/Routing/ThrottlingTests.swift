import ApusBase
import ApusSQS
import ApusService
import ApusStore
import ApusTestSupport
import ApusWire
import Synchronization
import Testing

/// What the pipeline answers while the store is behind with its writes.
struct ThrottlingTests {
    private final class Recorder: RequestRecorder {
        func record(_ record: RequestRecord) {}
    }
    private final class Reply: Exchange {
        private let response = Mutex<HTTPResponse?>(nil)
        var text: String { self.response.withLock { String(decoding: $0?.body ?? [], as: UTF8.self) } }
        func reply(_ response: HTTPResponse) { self.response.withLock { $0 = response } }
        func onDisconnect(_ action: @escaping @Sendable () -> Void) {}
        var executor: any TaskExecutor { fatalError("nothing here is a task") }
    }

    private static func answer(_ operation: String, _ bench: TestBench) -> String {
        let pipeline = RequestPipeline(
            host: bench.host, services: [SQS.definition], account: TestBench.account, region: TestBench.region,
            recorder: Recorder())
        let request = HTTPRequest(
            method: "POST", path: "/",
            headers: HTTPFields(["host": "h", "x-amz-target": "AmazonSQS.\(operation)"]), body: Array("{}".utf8))
        let reply = Reply()
        pipeline.handle(request, reply)
        return reply.text
    }

    @Test func `requests that write are throttled before anything else while they would wait too long, others are not`()
    {
        let bench = TestBench()
        // Nothing runs until the driver does.
        for _ in 0..<StoreLimits.bodiesAlwaysTaken {
            bench.host.write(bench.context(), { (_) throws(ServiceError) in }, completion: { _ in })
        }
        #expect(!bench.host.store.isBehind)
        bench.clock.advance(milliseconds: 51)
        #expect(bench.host.store.isBehind)
        for operation in ["SendMessage", "ReceiveMessage"] {
            #expect(Self.answer(operation, bench).contains(#"ThrottlingException","message":"Rate exceeded""#))
        }
        #expect(Self.answer("ListQueues", bench).contains("MissingAuthenticationToken"))
        bench.driver.settle()
        #expect(!bench.host.store.isBehind)
        #expect(Self.answer("SendMessage", bench).contains("MissingAuthenticationToken"))
    }

    @Test func `a few that wait for a slow disk are not throttled`() {
        let bench = TestBench()
        for _ in 1..<StoreLimits.bodiesAlwaysTaken {
            bench.host.write(bench.context(), { (_) throws(ServiceError) in }, completion: { _ in })
        }
        bench.clock.advance(milliseconds: 10_000)
        #expect(!bench.host.store.isBehind)
    }
}
