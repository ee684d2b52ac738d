internal import Glibc

/// A thread that sleeps until it is signalled. Signals that come while it works are one.
final class WakeUp: Sendable {
    enum Next: Sendable { case wait, stop }

    // SAFETY: a semaphore is made for use from any thread; it lives as long as this object, which the thread retains.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        self.semaphore = .allocate(capacity: 1)
        precondition(sem_init(self.semaphore, 0, 0) == 0, "a semaphore needs no resource that can be missing")
    }

    deinit {
        sem_destroy(self.semaphore)
        self.semaphore.deallocate()
    }

    func signal() { sem_post(self.semaphore) }

    /// Runs `work` on a thread of its own after each signal, until it answers `.stop`.
    func startThread(_ work: @escaping @Sendable () -> Next) {
        final class Start: Sendable {
            let wake: WakeUp
            let work: @Sendable () -> Next
            init(_ wake: WakeUp, _ work: @escaping @Sendable () -> Next) {
                self.wake = wake
                self.work = work
            }
        }
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(self, work))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                while true {
                    while sem_wait(start.wake.semaphore) != 0 {}
                    while sem_trywait(start.wake.semaphore) == 0 {}
                    if start.work() == .stop { return nil }
                }
            }, start.toOpaque())
        precondition(code == 0, "no thread could be started")
        pthread_detach(thread)
    }
}
