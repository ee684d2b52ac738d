package import ApusBase

/// What moves everything that moves by itself: the writer, alarms, timers, workers, flushes.
///
/// Threads in production (`ThreadDriver`), one seeded loop in simulation (`SimulationDriver`). Clock and entropy come from
/// here, so that nothing below reads the machine's own.
package protocol Driver: AnyObject, Sendable {
    var clock: any Clock { get }
    var entropy: any Entropy { get }

    /// Runs the step now and whenever it is woken, never twice at once.
    func add(_ step: Step)

    /// Runs `body` as a task of its own, for work that waits for things outside the store. Nothing waits for its end: what
    /// must survive lies in the store. Callable from any thread; `body` must not block.
    func spawn(_ body: @escaping @Sendable () async -> Void)

    /// Lets threads of the process that wait for this processor run first. Returns at once where there are none.
    func letOthersRun()
}

/// What a step wants next.
package enum StepOutcome: Sendable, Equatable {
    /// Nothing until `wake`.
    case idle
    /// To run again at once.
    case again
    /// To run again at that time, or when woken.
    case sleep(until: Timestamp)
}
