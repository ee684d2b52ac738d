internal import Synchronization

/// Work on files, off the event loops and off the writer: a few steps of the driver that take jobs from one queue.
final class BlobJobs: Sendable {
    typealias Job = @Sendable () -> Void

    private let queue: BlobJobQueue
    private let steps: [Step]

    init(driver: any Driver) {
        let queue = BlobJobQueue()
        self.queue = queue
        self.steps = (1...2).map { number in Step(name: "blobs-\(number)") { queue.runOne() } }
        for step in self.steps { driver.add(step) }
    }

    /// Queues a job; false when too many wait.
    func submit(_ job: @escaping Job) -> Bool {
        guard self.queue.append(job) else { return false }
        for step in self.steps { step.wake() }
        return true
    }
}

private final class BlobJobQueue: Sendable {
    private let jobs = Mutex<[BlobJobs.Job]>([])
    private static let limit = 1024

    func append(_ job: @escaping BlobJobs.Job) -> Bool {
        self.jobs.withLock { jobs in
            guard jobs.count < Self.limit else { return false }
            jobs.append(job)
            return true
        }
    }

    func runOne() -> StepOutcome {
        guard let job = self.jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return .idle }
        job()
        return .again
    }
}
