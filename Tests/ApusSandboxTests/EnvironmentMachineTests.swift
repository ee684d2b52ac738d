import ApusSandbox
import Testing

@Suite struct EnvironmentMachineTests {
    private static let settings = EnvironmentMachine.Settings(
        initNanoseconds: 10_000, freezeNanoseconds: 75, keepAliveNanoseconds: 600, endGraceNanoseconds: 50)
    private let ok: EnvironmentMachine.Ending = .answered([1])

    private func idle() throws -> EnvironmentMachine {
        var machine = EnvironmentMachine(settings: Self.settings, now: 0)
        #expect(try machine.poll(now: 20) == [.ready(initNanoseconds: 20)])
        return machine
    }

    private func busy() throws -> EnvironmentMachine {
        var machine = try self.idle()
        #expect(machine.invoke(requestID: "a", now: 30, deadline: 1030) == [.deliver])
        return machine
    }

    @Test func `the first poll ends the initialisation`() throws {
        let machine = try self.idle()
        #expect(machine.state == .idle)
        #expect(machine.deadline == 95)
    }

    @Test func `an invocation is finished by the poll after its response`() throws {
        var machine = try self.busy()
        try machine.answer(self.ok, requestID: "a")
        #expect(machine.state == .busy)
        #expect(try machine.poll(now: 50) == [.finish(self.ok, nanoseconds: 20)])
        #expect(machine.state == .idle)
    }

    @Test func `a response that is streamed is the only one, and no poll comes before its end`() throws {
        var machine = try self.busy()
        try machine.beginStream(requestID: "a")
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try machine.beginStream(requestID: "a") }
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) {
            try machine.answer(self.ok, requestID: "a")
        }
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try machine.poll(now: 40) }
        machine.endStream(.streamed)
        #expect(try machine.poll(now: 50) == [.finish(.streamed, nanoseconds: 20)])
    }

    @Test func `a stream that breaks off is told by the exit that follows, or by the next poll`() throws {
        let broken: EnvironmentMachine.Ending = .reported([7])
        var dead = try self.busy()
        try dead.beginStream(requestID: "a")
        dead.streamLost(broken)
        #expect(dead.exited(.signal(9), now: 40) == [.finish(.exited(.signal(9)), nanoseconds: 10), .gone])
        var alive = try self.busy()
        try alive.beginStream(requestID: "a")
        alive.streamLost(broken)
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try alive.answer(self.ok, requestID: "a") }
        #expect(try alive.poll(now: 40) == [.finish(broken, nanoseconds: 10)])
    }

    @Test func `it is frozen after a short idle time, and thawed by the next event before that is delivered`() throws {
        var machine = try self.idle()
        #expect(machine.tick(now: 94) == [])
        #expect(machine.tick(now: 95) == [.freeze])
        #expect(machine.state == .frozen)
        #expect(machine.invoke(requestID: "a", now: 200, deadline: 1200) == [.thaw, .deliver])
    }

    @Test func `it is not frozen while the runtime has no poll waiting`() throws {
        var machine = try self.idle()
        machine.pollLost()
        #expect(machine.tick(now: 95) == [])
        #expect(machine.deadline == 620)
    }

    @Test func `an event that finds no poll waiting is delivered with the next poll`() throws {
        var machine = try self.idle()
        machine.pollLost()
        #expect(machine.invoke(requestID: "a", now: 30, deadline: 1030) == [])
        #expect(throws: EnvironmentMachine.Refusal.invalidRequestID) { try machine.answer(self.ok, requestID: "a") }
        #expect(try machine.poll(now: 40) == [.deliver])
    }

    @Test func `it ends after the keep-alive time: SIGTERM, SIGCONT, then SIGKILL after the grace`() throws {
        var machine = try self.idle()
        #expect(machine.tick(now: 95) == [.freeze])
        #expect(machine.deadline == 620)
        #expect(machine.tick(now: 620) == [.terminate, .thaw])
        #expect(machine.tick(now: 669) == [])
        #expect(machine.tick(now: 670) == [.kill])
        #expect(machine.deadline == nil)
        #expect(machine.exited(.signal(9), now: 680) == [.gone])
        #expect(machine.state == .ended)
    }

    @Test func `it takes no event after the time at which its credentials end`() throws {
        var machine = try self.idle()
        machine.retireAt = 60
        #expect(machine.deadline == 60)
        #expect(machine.tick(now: 60) == [.terminate])

        var busy = try self.busy()
        busy.retireAt = 60
        try busy.answer(self.ok, requestID: "a")
        #expect(try busy.poll(now: 70) == [.finish(self.ok, nanoseconds: 40), .terminate])
    }

    @Test func `an invocation past its time-out is answered so and its environment killed`() throws {
        var machine = try self.busy()
        #expect(machine.tick(now: 1029) == [])
        #expect(machine.tick(now: 1030) == [.finish(.timedOut, nanoseconds: 1000), .kill])
        #expect(machine.exited(.signal(9), now: 1031) == [.gone])
    }

    @Test func `a response counts even when the runtime never polls again`() throws {
        var machine = try self.busy()
        try machine.answer(self.ok, requestID: "a")
        #expect(machine.tick(now: 1030) == [.finish(self.ok, nanoseconds: 1000), .kill])

        var exiting = try self.busy()
        try exiting.answer(self.ok, requestID: "a")
        #expect(exiting.exited(.status(0), now: 40) == [.finish(self.ok, nanoseconds: 10), .gone])
    }

    @Test func `an exit during an invocation is its ending`() throws {
        var machine = try self.busy()
        #expect(machine.exited(.status(1), now: 130) == [.finish(.exited(.status(1)), nanoseconds: 100), .gone])
    }

    @Test func `a response for another invocation, a second one, and one without an event are refused`() throws {
        var machine = try self.busy()
        #expect(throws: EnvironmentMachine.Refusal.invalidRequestID) { try machine.answer(self.ok, requestID: "b") }
        try machine.answer(self.ok, requestID: "a")
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) {
            try machine.answer(self.ok, requestID: "a")
        }
        _ = try machine.poll(now: 50)
        #expect(throws: EnvironmentMachine.Refusal.invalidRequestID) { try machine.answer(self.ok, requestID: "a") }
    }

    @Test func `a poll before the response, and a second waiting poll, are refused`() throws {
        var machine = try self.busy()
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try machine.poll(now: 40) }
        var idle = try self.idle()
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try idle.poll(now: 40) }
    }

    @Test func `an initialisation fails by report, by exit or by time`() throws {
        var reported = EnvironmentMachine(settings: Self.settings, now: 0)
        #expect(
            try reported.initError([7], type: "x", now: 5)
                == [.initFailed(.reported([7], type: "x"), nanoseconds: 5), .terminate])
        #expect(reported.exited(.status(1), now: 6) == [.gone])

        var exited = EnvironmentMachine(settings: Self.settings, now: 0)
        #expect(exited.exited(.status(3), now: 5) == [.initFailed(.exited(.status(3)), nanoseconds: 5), .gone])

        var slow = EnvironmentMachine(settings: Self.settings, now: 0)
        #expect(slow.tick(now: 10_000) == [.initFailed(.timedOut, nanoseconds: 10_000), .kill])
    }

    @Test func `an init error after the initialisation is refused`() throws {
        var machine = try self.busy()
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) {
            try machine.initError([], type: nil, now: 40)
        }
    }

    @Test func `started within an invocation, its initialisation counts towards the time-out`() throws {
        var machine = EnvironmentMachine(settings: Self.settings, now: 0, within: "a", deadline: 3000)
        #expect(machine.deadline == 3000)
        #expect(try machine.poll(now: 100) == [.ready(initNanoseconds: 100), .deliver])
        try machine.answer(self.ok, requestID: "a")
        #expect(try machine.poll(now: 150) == [.finish(self.ok, nanoseconds: 150)])

        var slow = EnvironmentMachine(settings: Self.settings, now: 0, within: "a", deadline: 3000)
        #expect(slow.tick(now: 3000) == [.finish(.timedOut, nanoseconds: 3000), .kill])
    }

    @Test func `retiring ends an idle environment at once and a busy one after its invocation`() throws {
        var idle = try self.idle()
        #expect(idle.retire(now: 30) == [.terminate])

        var busy = try self.busy()
        #expect(busy.retire(now: 35) == [])
        try busy.answer(self.ok, requestID: "a")
        #expect(try busy.poll(now: 50) == [.finish(self.ok, nanoseconds: 20), .terminate])
    }

    @Test func `stopping ends every state, and ends it once`() throws {
        var starting = EnvironmentMachine(settings: Self.settings, now: 0)
        #expect(starting.stop(now: 5) == [.initFailed(.exited(.signal(15)), nanoseconds: 5), .terminate])
        #expect(starting.stop(now: 6) == [])
        var busy = try self.busy()
        #expect(busy.stop(now: 40) == [.finish(.exited(.signal(15)), nanoseconds: 10), .terminate])
    }

    @Test func `a process that cannot be started fails the initialisation`() {
        var machine = EnvironmentMachine(settings: Self.settings, now: 0)
        let failure = StartFailure(cause: .program, sentence: "permission denied")
        #expect(machine.startFailed(failure, now: 5) == [.initFailed(.notStarted(failure), nanoseconds: 5)])
        #expect(machine.exited(.status(127), now: 6) == [.gone])
    }

    /// No sequence of events, however senseless, makes it deliver twice, finish twice, or act after its end.
    @Test(arguments: UInt64(1)...40) func `random events never break its promises`(seed: UInt64) {
        var state = seed
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var machine = EnvironmentMachine(settings: Self.settings, now: 0)
        var (now, next, open, gone): (UInt64, Int, Bool, Int) = (0, 0, false, 0)
        for _ in 0..<400 {
            now += random(40)
            var actions: [EnvironmentMachine.Action] = []
            switch random(9) {
            case 0, 1: actions = (try? machine.poll(now: now)) ?? []
            case 2 where machine.state == .idle || machine.state == .frozen:
                next += 1
                open = true
                actions = machine.invoke(requestID: "\(next)", now: now, deadline: now + 500)
            case 3, 4: try? machine.answer(self.ok, requestID: "\(next)")
            case 5: machine.pollLost()
            case 6 where random(20) == 0: actions = machine.retire(now: now)
            case 7 where random(40) == 0: actions = machine.exited(.status(0), now: now)
            default: actions = machine.tick(now: now)
            }
            for action in actions {
                #expect(gone == 0)
                switch action {
                case .finish:
                    #expect(open)
                    open = false
                case .deliver: #expect(open)
                case .gone: gone += 1
                default: break
                }
            }
            if let deadline = machine.deadline, machine.state == .busy { #expect(deadline > 0) }
        }
        #expect(gone <= 1)
        if machine.state == .ended { #expect(!open) }
    }

    // MARK: Extensions

    private func extended() throws -> EnvironmentMachine {
        var machine = EnvironmentMachine(settings: Self.settings, now: 0)
        machine.hasExtensions = true
        #expect(machine.extensions(areQuiet: false, now: 0) == [])
        return machine
    }

    @Test func `neither the initialisation nor an invocation is over before the extensions`() throws {
        var machine = try self.extended()
        #expect(try machine.poll(now: 10) == [])
        #expect(machine.state == .starting && machine.isInitialising)
        #expect(machine.extensions(areQuiet: true, now: 20) == [.ready(initNanoseconds: 20)])
        #expect(!machine.isInitialising)
        #expect(machine.invoke(requestID: "a", now: 30, deadline: 1030) == [.deliver])
        #expect(machine.extensions(areQuiet: false, now: 30) == [])
        try machine.answer(self.ok, requestID: "a")
        #expect(try machine.poll(now: 40) == [])
        #expect(throws: EnvironmentMachine.Refusal.invalidStateTransition) { try machine.poll(now: 41) }
        #expect(machine.extensions(areQuiet: true, now: 50) == [.finish(self.ok, nanoseconds: 20)])
        #expect(machine.state == .idle)
    }

    @Test func `extensions are told of the end and have a limited time for it`() throws {
        var machine = try self.extended()
        _ = try machine.poll(now: 10)
        _ = machine.extensions(areQuiet: true, now: 20)
        #expect(machine.retire(now: 30) == [.shutdown(.spindown)])
        #expect(machine.deadline == 30 + 2_000_000_000)
        var patient = machine
        #expect(patient.shutdownDone(now: 40) == [.terminate])
        #expect(patient.deadline == 90 && patient.shutdownDone(now: 41) == [])
        #expect(machine.tick(now: 30 + 2_000_000_000) == [.kill])
    }

    @Test func `time-outs and failures end the environment by way of its extensions`() throws {
        var late = try self.extended()
        _ = try late.poll(now: 10)
        _ = late.extensions(areQuiet: true, now: 20)
        _ = late.invoke(requestID: "a", now: 30, deadline: 1030)
        var dead = late
        var crashed = late
        #expect(late.tick(now: 1030) == [.finish(.timedOut, nanoseconds: 1000), .shutdown(.timeout)])
        #expect(
            dead.runtimeExited(.status(3), now: 40) == [
                .finish(.exited(.status(3)), nanoseconds: 10), .shutdown(.failure),
            ])
        #expect(dead.exited(.status(3), now: 50) == [.gone])
        #expect(
            crashed.extensionFailed([1], type: "E", now: 40)
                == [.finish(.reported([1]), nanoseconds: 10), .shutdown(.failure)])
    }

    @Test func `within an invocation too the event waits for extensions to initialise`() throws {
        var machine = EnvironmentMachine(settings: Self.settings, now: 0, within: "a", deadline: 1000)
        machine.hasExtensions = true
        _ = machine.extensions(areQuiet: false, now: 0)
        #expect(try machine.poll(now: 10) == [])
        #expect(machine.extensions(areQuiet: true, now: 20) == [.ready(initNanoseconds: 20), .deliver])
    }
}
