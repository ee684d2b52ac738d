import ApusSandbox
import Testing

@Suite struct WaitingMachineTests {
    private let second: UInt64 = 1_000_000_000

    private func machine(perKind: Int = 2, total: Int = 3) -> WaitingMachine<String> {
        WaitingMachine(
            settings: .init(
                perKind: perKind, total: total, idleNanoseconds: 600 * self.second, pauseNanoseconds: 60 * self.second))
    }

    /// Starts what is wanting, as processes from `id` on.
    private func fill(_ machine: inout WaitingMachine<String>, from id: UInt64, now: UInt64) {
        var id = id
        while let (kind, instead) = machine.next(now: now), instead == nil {
            machine.started(id, kind)
            id += 1
        }
    }

    @Test func `nothing waits before a function is there for it, and then as many as are set`() {
        var machine = self.machine()
        #expect(machine.next(now: 0) == nil && machine.take("small", now: 0) == nil)
        self.fill(&machine, from: 1, now: 0)
        #expect(machine.count(of: "small") == 2)
        machine.want("large", now: 1)
        self.fill(&machine, from: 3, now: 1)
        #expect(machine.count == 3)
    }

    @Test func `the process that has waited longest is given out, once, and another takes its place`() {
        var machine = self.machine()
        machine.want("small", now: 0)
        self.fill(&machine, from: 1, now: 0)
        #expect(machine.take("small", now: 1) == 1)
        #expect(machine.next(now: 1)?.kind == "small")
        #expect(machine.take("small", now: 1) == 2)
        #expect(machine.take("small", now: 1) == nil)
        #expect(machine.take("large", now: 1) == nil, "another kind's is not given out")
    }

    @Test func `a kind that is wanted now comes before one that was wanted earlier`() {
        var machine = self.machine(perKind: 3, total: 3)
        machine.want("old", now: 0)
        self.fill(&machine, from: 1, now: 0)
        machine.want("new", now: 5)
        let next = machine.next(now: 5)
        #expect(next?.kind == "new" && next?.instead == 1)
        machine.remove(1)
        #expect(machine.next(now: 5)?.kind == "new" && machine.next(now: 5)?.instead == nil)
    }

    @Test func `what ends by itself is replaced after a pause`() {
        var machine = self.machine(perKind: 1)
        machine.want("small", now: 0)
        self.fill(&machine, from: 1, now: 0)
        machine.failed(1, "small", now: 10)
        #expect(machine.count == 0 && !machine.contains(1))
        #expect(machine.next(now: 11) == nil)
        #expect(machine.next(now: 10 + 60 * self.second)?.kind == "small")
    }

    @Test func `a kind that nobody wants for long is given up`() {
        var machine = self.machine(perKind: 1)
        machine.want("old", now: 0)
        machine.want("new", now: 300 * self.second)
        self.fill(&machine, from: 1, now: 300 * self.second)
        let old = machine.expire(now: 600 * self.second)
        #expect(old.count == 1 && machine.count(of: "old") == 0 && machine.count(of: "new") == 1)
        #expect(machine.next(now: 600 * self.second) == nil)
    }

    @Test func `for want of memory all are given up, and none is started for a while`() {
        var machine = self.machine()
        machine.want("small", now: 0)
        self.fill(&machine, from: 1, now: 0)
        #expect(machine.takeAll(pauseUntil: 50).sorted() == [1, 2])
        #expect(machine.next(now: 49) == nil)
        #expect(machine.next(now: 50)?.kind == "small")
    }

    @Test func `none wait where none are wanted`() {
        var machine = self.machine(perKind: 0, total: 0)
        machine.want("small", now: 0)
        #expect(machine.next(now: 0) == nil)
    }
}
