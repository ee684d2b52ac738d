import ApusBase
import ApusWire
import Testing

@testable import ApusHTTP

/// The rules of a connection, without one.
struct ConnectionMachineTests {
    @Test func `an answer waits for those before it`() throws {
        let machine = Driver()
        let first = try #require(machine.receive("/1"))
        let second = try #require(machine.receive("/2"))
        #expect(!machine.answer(second.sequence, 202))
        #expect(machine.nextAnswer() == nil)
        #expect(machine.answer(first.sequence, 201))
        #expect(machine.nextAnswer()?.response.status == 201)
        #expect(machine.nextAnswer()?.response.status == 202)
        #expect(machine.nextAnswer() == nil)
    }

    @Test func `a second answer to a request, or one to none, is ignored`() throws {
        let machine = Driver()
        let only = try #require(machine.receive("/1"))
        #expect(machine.answer(only.sequence, 200))
        #expect(!machine.answer(only.sequence, 500))
        #expect(!machine.answer(only.sequence + 1, 500))
        #expect(machine.nextAnswer()?.response.status == 200)
        #expect(!machine.answer(only.sequence, 500))
        #expect(machine.nextAnswer() == nil)
    }

    @Test func `requests beyond the limit wait and nothing more is read`() throws {
        let machine = Driver(unanswered: 2)
        let first = try #require(machine.receive("/1"))
        #expect(machine.wantsBytes)
        let second = try #require(machine.receive("/2"))
        #expect(!machine.wantsBytes)
        #expect(machine.receive("/3") == nil)
        #expect(machine.receive("/4") == nil)
        #expect(machine.nextDispatch() == nil)
        // An answer that cannot leave yet makes no room.
        _ = machine.answer(second.sequence, 200)
        #expect(machine.nextDispatch() == nil)
        _ = machine.answer(first.sequence, 200)
        #expect(machine.nextAnswer() != nil)
        #expect(machine.nextDispatch()?.request.path == "/3")
        #expect(machine.nextDispatch() == nil)
        #expect(machine.nextAnswer() != nil)
        #expect(machine.nextDispatch()?.request.path == "/4")
        #expect(!machine.wantsBytes)
    }

    @Test func `after a request that closes nothing is taken in`() throws {
        let machine = Driver()
        let last = try #require(machine.receive("/1", persistence: .close))
        #expect(machine.dropsBytes)
        #expect(machine.receive("/2") == nil)
        _ = machine.answer(last.sequence, 200)
        #expect(machine.nextAnswer()?.form.persistence == .close)
        #expect(machine.ending == .close)
        #expect(machine.nextAnswer() == nil)
    }

    @Test func `a body past its limit is refused as it grows`() {
        let machine = Driver(bodyBytes: 100)
        machine.receivedBytes(at: 0)
        machine.receivedHead(length: nil)
        #expect(machine.receivedBody(60) == nil)
        #expect(machine.receivedBody(60) == .bodyTooLarge(limit: 100))
        machine.refuse(.bodyTooLarge(limit: 100))
        #expect(machine.receivedBody(60) == nil)
        #expect(machine.receivedEnd() == nil)
        #expect(machine.nextAnswer()?.response.status == 413)
        #expect(machine.ending == .linger)
    }

    @Test func `only the first refusal counts`() {
        let machine = Driver()
        machine.refuse(.headerTooLarge)
        machine.refuse(.tooSlow)
        #expect(machine.nextAnswer()?.response.status == 431)
        #expect(machine.nextAnswer() == nil)
    }

    @Test func `100 Continue is owed once, and not for an empty body`() {
        let machine = Driver()
        machine.receivedHead(length: 3, expectsContinue: true)
        #expect(machine.takeContinue())
        #expect(!machine.takeContinue())
        _ = machine.receivedEnd()
        let empty = Driver()
        empty.receivedHead(length: 0, expectsContinue: true)
        #expect(!empty.takeContinue())
    }

    @Test func `draining closes an idle connection at once and a busy one with its last answer`() throws {
        let idle = Driver()
        #expect(idle.drain())
        let busy = Driver()
        let first = try #require(busy.receive("/1"))
        let second = try #require(busy.receive("/2"))
        #expect(!busy.drain())
        _ = busy.answer(first.sequence, 200)
        #expect(busy.nextAnswer()?.form.persistence == .keepAlive)
        _ = busy.answer(second.sequence, 200)
        #expect(busy.nextAnswer()?.form.persistence == .close)
        #expect(busy.ending == .close)
    }

    @Test func `a request that comes slowly does not keep a server from ending`() {
        let head = Driver()
        head.receivedBytes(at: 0)
        #expect(!head.drain())
        #expect(head.judge(at: 1) == .inTime)
        #expect(head.judge(at: 2) == .refuse)
        let body = Driver()
        body.receivedBytes(at: 0)
        body.receivedHead(length: 10)
        #expect(!body.drain())
        body.receivedBytes(at: 5)
        #expect(body.judge(at: 6) == .inTime)
        #expect(body.judge(at: 7) == .refuse)
    }

    @Test func `draining waits for a request that is coming in`() throws {
        let machine = Driver()
        let first = try #require(machine.receive("/1"))
        machine.receivedBytes(at: 0)
        machine.receivedHead("/2", length: 1)
        #expect(!machine.drain())
        _ = machine.answer(first.sequence, 200)
        #expect(machine.nextAnswer()?.form.persistence == .keepAlive)
        let second = try #require(machine.receivedEnd())
        _ = machine.answer(second.sequence, 200)
        #expect(machine.nextAnswer()?.form.persistence == .close)
    }

    // MARK: Time

    @Test func `a header has ten seconds from its first byte, however often a byte comes`() {
        let machine = Driver()
        machine.receivedBytes(at: 50)
        for second in UInt64(51)..<60 {
            machine.receivedBytes(at: second)
            #expect(machine.judge(at: second) == .inTime)
        }
        #expect(machine.judge(at: 60) == .refuse)
    }

    @Test func `an idle connection has 75 seconds from its last answer`() throws {
        let machine = Driver()
        #expect(machine.judge(at: 74) == .inTime)
        let only = try #require(machine.receive("/"))
        #expect(machine.judge(at: 1000) == .inTime)
        _ = machine.answer(only.sequence, 200)
        _ = machine.nextAnswer()
        #expect(machine.judge(at: 1074) == .inTime)
        #expect(machine.judge(at: 1075) == .close)
    }

    @Test func `a body has thirty seconds between bytes and ten minutes in all`() {
        let machine = Driver()
        machine.receivedBytes(at: 0)
        machine.receivedHead(length: 100)
        for second in stride(from: UInt64(29), to: 600, by: 29) {
            #expect(machine.judge(at: second) == .inTime)
            machine.receivedBytes(at: second)
        }
        #expect(machine.judge(at: 600) == .refuse)
        let stopped = Driver()
        stopped.receivedBytes(at: 0)
        stopped.receivedHead(length: 100)
        #expect(stopped.judge(at: 29) == .inTime)
        #expect(stopped.judge(at: 30) == .refuse)
    }

    @Test func `a peer that we do not read is not late`() {
        let machine = Driver()
        machine.receivedBytes(at: 0)
        machine.receivedHead(length: 100)
        #expect(machine.judge(at: 100, isReading: false) == .inTime)
        #expect(machine.judge(at: 129) == .inTime)
        #expect(machine.judge(at: 130) == .refuse)
    }

    @Test func `a peer has thirty seconds to take a byte that waits for it`() {
        let machine = Driver()
        #expect(machine.judge(at: 10, written: 1000, unsent: 0) == .inTime)
        #expect(machine.judge(at: 20, written: 2000, unsent: 900) == .inTime)
        #expect(machine.judge(at: 49, written: 2000, unsent: 900) == .inTime)
        // One byte taken.
        #expect(machine.judge(at: 49, written: 2000, unsent: 899) == .inTime)
        // More to send is no progress of the peer.
        #expect(machine.judge(at: 78, written: 3000, unsent: 1899) == .inTime)
        #expect(machine.judge(at: 79, written: 3000, unsent: 1899) == .close)
    }

    @Test func `lingering ends five seconds after the last byte, and after thirty at the latest`() {
        let machine = Driver()
        machine.refuse(.headerTooLarge)
        _ = machine.nextAnswer()
        machine.linger()
        for second in UInt64(1)..<30 {
            machine.receivedBytes(at: second)
            #expect(machine.judge(at: second) == .inTime)
        }
        #expect(machine.judge(at: 30) == .close)
        let silent = Driver()
        silent.refuse(.headerTooLarge)
        _ = silent.nextAnswer()
        silent.linger()
        #expect(silent.judge(at: 5) == .close)
    }

    // MARK: Any order

    @Test(arguments: UInt64(1)...20)
    func `whatever happens in whatever order, each request is answered once and in order`(seed: UInt64) {
        let random = SeededEntropy(seed: seed)
        let machine = Driver(unanswered: 4)
        var running: [ConnectionMachine.Dispatch] = []
        var sent = 0
        var answered: [String] = []
        func collect() {
            while let answer = machine.nextAnswer() {
                answered.append(String(decoding: answer.response.body, as: UTF8.self))
            }
            while let dispatch = machine.nextDispatch() { running.append(dispatch) }
        }
        for _ in 0..<5000 {
            if random.nextUInt64() % 2 == 0, sent < 1000 {
                if let dispatch = machine.receive("/\(sent)") { running.append(dispatch) }
                sent += 1
            } else if !running.isEmpty {
                let dispatch = running.remove(at: Int(random.nextUInt64() % UInt64(running.count)))
                _ = machine.answer(dispatch.sequence, 200, body: dispatch.request.path)
            }
            collect()
            #expect(running.count <= 4)
        }
        while let dispatch = running.popLast() {
            _ = machine.answer(dispatch.sequence, 200, body: dispatch.request.path)
            collect()
        }
        #expect(answered == (0..<sent).map { "/\($0)" })
    }
}

extension ConnectionMachineTests {
    /// A machine behind a reference, which `#expect` needs to call what mutates. Times are in seconds.
    fileprivate final class Driver {
        private var machine: ConnectionMachine

        init(unanswered: Int = 64, bodyBytes: Int = 100) {
            var limits = HTTPLimits()
            limits.unansweredRequests = unanswered
            limits.bodyBytes = bodyBytes
            self.machine = ConnectionMachine(limits: limits, timeouts: HTTPTimeouts(), now: 0)
        }

        var wantsBytes: Bool { self.machine.wantsBytes }
        var dropsBytes: Bool { self.machine.dropsBytes }
        var ending: ConnectionMachine.Ending? { self.machine.ending }

        func receivedBytes(at second: UInt64) { self.machine.receivedBytes(now: second * 1_000_000_000) }

        func receivedHead(
            _ path: String = "/", length: Int? = 0, persistence: AnswerForm.Persistence = .keepAlive,
            expectsContinue: Bool = false
        ) {
            var form = AnswerForm()
            form.persistence = persistence
            let head = RequestHead(
                request: HTTPRequest(method: "GET", path: path), form: form, contentLength: length,
                expectsContinue: expectsContinue, asksToUpgrade: false)
            self.machine.receivedHead(head, now: 0)
        }

        func receivedBody(_ count: Int) -> Refusal? {
            [UInt8](repeating: 1, count: count).withUnsafeBytes { self.machine.receivedBody($0) }
        }

        func receivedEnd() -> ConnectionMachine.Dispatch? { self.machine.receivedEnd() }

        /// A whole request without body.
        func receive(_ path: String, persistence: AnswerForm.Persistence = .keepAlive) -> ConnectionMachine.Dispatch? {
            self.receivedBytes(at: 0)
            self.receivedHead(path, persistence: persistence)
            return self.receivedEnd()
        }

        func refuse(_ refusal: Refusal) { self.machine.refuse(refusal) }

        @discardableResult
        func answer(_ sequence: UInt64, _ status: Int, body: String = "") -> Bool {
            self.machine.answer(sequence, with: HTTPResponse(status: status, body: Array(body.utf8)))
        }

        @discardableResult
        func nextAnswer() -> ConnectionMachine.Answer? { self.machine.nextAnswer() }
        func nextDispatch() -> ConnectionMachine.Dispatch? { self.machine.nextDispatch() }
        func takeContinue() -> Bool { self.machine.takeContinue() }
        func drain() -> Bool { self.machine.drain() }
        func linger() { self.machine.progress.lingeringSince = 0 }

        func judge(
            at second: UInt64, written: UInt64 = 0, unsent: UInt64 = 0, isReading: Bool = true
        ) -> ConnectionMachine.Lateness {
            self.machine.judge(now: second * 1_000_000_000, written: written, unsent: unsent, isReading: isReading)
        }
    }
}
