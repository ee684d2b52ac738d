internal import ApusBase
internal import Synchronization

/// Runs the jobs of tasks as a step of a simulation, one randomly chosen job at a time, so that tasks interleave with
/// everything else as the seed says.
final class SimulationExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let entropy: any Entropy
    /// Set once, before the first job.
    private let waker = Mutex<Step?>(nil)

    init(entropy: any Entropy) { self.entropy = entropy }

    /// The step that runs jobs, to be added to the driver.
    func makeStep() -> Step {
        let step = Step(name: "tasks") { [weak self] in self?.runOne() ?? .idle }
        self.waker.withLock { $0 = step }
        return step
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        self.jobs.withLock { $0.append(unowned) }
        self.waker.withLock { $0 }?.wake()
    }

    private func runOne() -> StepOutcome {
        let job: UnownedJob? = self.jobs.withLock { jobs in
            guard !jobs.isEmpty else { return nil }
            return jobs.remove(at: Int(self.entropy.below(UInt64(jobs.count))))
        }
        guard let job else { return .idle }
        job.runSynchronously(on: self.asUnownedTaskExecutor())
        return self.jobs.withLock { $0.isEmpty } ? .idle : .again
    }
}
