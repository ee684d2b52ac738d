import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct PollTests {
    @Test func `a poll that finds something answers at once`() throws {
        let bench = TestBench()
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try bench.poll(Take.self, .init(name: "a", patience: 0)).answer.taken().get())
    }

    @Test func `a poll without patience answers empty and commits nothing`() throws {
        let bench = TestBench()
        let before = bench.storage.statistics.commits
        #expect(try bench.poll(Take.self, .init(name: "a", patience: 0)).answer.taken().get() == false)
        #expect(bench.storage.statistics.commits == before)
    }

    @Test func `a waiting poll is answered by the change`() throws {
        let bench = TestBench()
        let poll = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        bench.advance(seconds: 5)
        #expect(poll.answer.peek == nil)
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try poll.answer.taken().get())
    }

    @Test func `a waiting poll is answered empty when its patience ends`() throws {
        let bench = TestBench()
        let poll = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        bench.advance(milliseconds: 19_999)
        #expect(poll.answer.peek == nil)
        bench.advance(milliseconds: 1)
        #expect(try poll.answer.taken().get() == false)
    }

    @Test func `one change wakes the oldest waiter only`() throws {
        let bench = TestBench()
        let first = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        let second = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try first.answer.taken().get())
        #expect(second.answer.peek == nil)
    }

    @Test func `a waiter that leaves something wakes the next`() throws {
        let bench = TestBench()
        let polls = (0..<5).map { _ in bench.poll(Take.self, .init(name: "a", patience: 20_000)) }
        _ = try bench.run(Add.self, .init(name: "a", amount: 4))
        #expect(polls.filter { $0.answer.peek != nil }.count == 4)
    }

    @Test func `after a poll that found something the next takes at once, or commits nothing`() throws {
        let bench = TestBench()
        _ = try bench.run(Add.self, .init(name: "a", amount: 2))
        for _ in 0..<2 { #expect(try bench.poll(Take.self, .init(name: "a", patience: 0)).answer.taken().get()) }
        let before = bench.storage.statistics.commits
        #expect(try bench.poll(Take.self, .init(name: "a", patience: 0)).answer.taken().get() == false)
        #expect(bench.storage.statistics.commits == before)
        // A poll that expected something in vain waits as any other.
        let poll = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        #expect(poll.answer.peek == nil)
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try poll.answer.taken().get())
    }

    @Test func `a poll that expected something in vain is answered when its patience ends`() throws {
        let bench = TestBench()
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try bench.poll(Take.self, .init(name: "a", patience: 0)).answer.taken().get())
        let poll = bench.poll(Take.self, .init(name: "a", patience: 5_000))
        bench.advance(milliseconds: 4_999)
        #expect(poll.answer.peek == nil)
        bench.advance(milliseconds: 1)
        #expect(try poll.answer.taken().get() == false)
    }

    @Test func `a server that stops answers waiting polls with nothing, and those that come later`() throws {
        let bench = TestBench()
        let polls = (0..<3).map { _ in bench.poll(Take.self, .init(name: "a", patience: 20_000)) }
        let gone = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        gone.handle?.abandon()
        bench.host.endPolls()
        for poll in polls { #expect(try poll.answer.taken().get() == false) }
        #expect(gone.answer.peek == nil)
        #expect(try bench.poll(Take.self, .init(name: "b", patience: 20_000)).answer.taken().get() == false)
        // What is there is still found.
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(try bench.poll(Take.self, .init(name: "a", patience: 20_000)).answer.taken().get())
    }

    @Test func `an abandoned waiter takes nothing`() throws {
        let bench = TestBench()
        let gone = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        let stays = bench.poll(Take.self, .init(name: "a", patience: 20_000))
        gone.handle?.abandon()
        _ = try bench.run(Add.self, .init(name: "a"))
        #expect(gone.answer.peek == nil)
        #expect(try stays.answer.taken().get())
    }
}
