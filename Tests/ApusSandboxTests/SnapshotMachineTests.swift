import ApusSandbox
import Testing

@Suite struct SnapshotMachineTests {
    private func machine(maximum: Int = 2) -> SnapshotMachine {
        SnapshotMachine(settings: SnapshotMachine.Settings(maximum: maximum, pauseNanoseconds: 100))
    }

    private func ready(_ machine: inout SnapshotMachine, _ id: UInt64, _ revision: String, until: UInt64 = 1000) {
        #expect(machine.made(id, of: revision) == [])
        let isReady = machine.ready(id, of: revision, until: until, now: 0)
        #expect(isReady)
    }

    @Test func `a template serves its own revision, from when it is ready until its credentials end`() {
        var machine = self.machine()
        #expect(machine.isWanted("a", now: 0))
        #expect(machine.made(1, of: "a") == [])
        #expect(machine.isMaking(1, of: "a") && !machine.isWanted("a", now: 0))
        #expect(machine.use("a", now: 0) == nil)
        let isReady = machine.ready(1, of: "a", until: 50, now: 0)
        #expect(isReady)
        #expect(machine.use("a", now: 49) == 1)
        #expect(machine.use("b", now: 49) == nil)
        #expect(machine.use("a", now: 50) == nil)
        #expect(machine.isWanted("a", now: 50))
        #expect(machine.made(2, of: "a") == [1])
    }

    @Test func `what was given up while it was made is not ready`() {
        var machine = self.machine()
        _ = machine.made(1, of: "a")
        #expect(machine.remove("a") == [1])
        let isReady = machine.ready(1, of: "a", until: 50, now: 0)
        #expect(!isReady)
        #expect(machine.use("a", now: 0) == nil)
    }

    @Test func `after a failure none is tried for a while, but where somebody asks for it, or never`() {
        var machine = self.machine()
        _ = machine.made(1, of: "a")
        machine.failed(1, of: "a", now: 10)
        #expect(!machine.isWanted("a", now: 109) && machine.isWanted("a", now: 110))
        #expect(machine.isWanted("a", now: 10, isUrgent: true))
        _ = machine.made(2, of: "a")
        machine.failed(1, of: "a", now: 10)
        #expect(machine.isMaking(2, of: "a"))
        machine.failed(2, of: "a", .never, now: 10)
        #expect(!machine.isWanted("a", now: .max - 1))
    }

    @Test func `one that is lost is made again`() {
        var machine = self.machine()
        self.ready(&machine, 1, "a")
        machine.lost(2, of: "a")
        #expect(machine.use("a", now: 1) == 1)
        machine.lost(1, of: "a")
        #expect(machine.use("a", now: 1) == nil)
        #expect(machine.isWanted("a", now: 1))
    }

    @Test func `beyond the number the one goes that was unused for longest, and none that is being made`() {
        var machine = self.machine()
        self.ready(&machine, 1, "a")
        self.ready(&machine, 2, "b")
        _ = machine.use("a", now: 5)
        let oldest = machine.oldest { _ in true }
        #expect(oldest == "b")
        let next = machine.oldest { $0 != "b" }
        #expect(next == "a")
        #expect(machine.made(3, of: "c") == [2])
        #expect(machine.made(4, of: "d") == [1])
        #expect(machine.made(5, of: "e") == nil)
        #expect(machine.count == 2)
    }

    @Test func `those whose credentials have ended expire`() {
        var machine = self.machine()
        self.ready(&machine, 1, "a", until: 10)
        self.ready(&machine, 2, "b", until: 20)
        #expect(machine.expire(now: 10) == [1])
        #expect(machine.count == 1)
    }
}
