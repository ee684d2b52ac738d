package import ApusBase
internal import Glibc
internal import Synchronization

/// The driver of a real server: a thread for each step.
package final class ThreadDriver: Driver {
    package let clock: any Clock
    package let entropy: any Entropy
    private let loops = Mutex<[StepLoop]>([])

    package init(clock: any Clock, entropy: any Entropy) {
        self.clock = clock
        self.entropy = entropy
    }

    package func add(_ step: Step) {
        let loop = StepLoop(step: step, clock: self.clock)
        step.attach { loop.wake() }
        self.loops.withLock { $0.append(loop) }
        loop.start()
    }

    package func spawn(_ body: @escaping @Sendable () async -> Void) { Task { await body() } }

    package func letOthersRun() { sched_yield() }

    /// Ends every thread after the run it is in, the first added last, and waits for them.
    package func stop() {
        let loops = self.loops.withLock { loops in
            defer { loops.removeAll() }
            return loops
        }
        for loop in loops.reversed() { loop.stop() }
    }
}

/// The thread of one step.
private final class StepLoop: @unchecked Sendable {
    // SAFETY: `woken`, `stopping` and `thread` are only touched with `mutex` held; the rest does not change.
    private let step: Step
    private let clock: any Clock
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var woken = true
    private var stopping = false
    private var thread: pthread_t?

    init(step: Step, clock: any Clock) {
        self.step = step
        self.clock = clock
        self.mutex = .allocate(capacity: 1)
        self.condition = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(self.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(self.mutex)
        pthread_cond_destroy(self.condition)
        self.mutex.deallocate()
        self.condition.deallocate()
    }

    func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<StepLoop>.fromOpaque(context).takeRetainedValue().loop()
                return nil
            }, context)
        precondition(result == 0, "no thread for step \(self.step.name): errno \(result)")
        self.locked { self.thread = thread }
    }

    func wake() {
        self.locked {
            self.woken = true
            pthread_cond_signal(self.condition)
        }
    }

    func stop() {
        let thread = self.locked {
            self.stopping = true
            pthread_cond_signal(self.condition)
            return self.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func loop() {
        var outcome = StepOutcome.again
        while self.waitUntilDue(outcome) { outcome = self.step.run() }
    }

    /// Blocks until the step is to run; false when the thread is to end.
    private func waitUntilDue(_ outcome: StepOutcome) -> Bool {
        self.locked {
            while !self.stopping, !self.woken {
                switch outcome {
                case .again:
                    return true
                case .idle:
                    pthread_cond_wait(self.condition, self.mutex)
                case .sleep(let until):
                    let milliseconds = until.milliseconds - self.clock.now.milliseconds
                    if milliseconds <= 0 { return true }
                    self.wait(milliseconds: min(milliseconds, 60_000))
                }
            }
            self.woken = false
            return !self.stopping
        }
    }

    private func wait(milliseconds: Int64) {
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = Int64(until.tv_nsec) + (milliseconds % 1000) * 1_000_000
        until.tv_sec += Int(milliseconds / 1000 + nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(self.condition, self.mutex, &until)
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        return body()
    }
}
