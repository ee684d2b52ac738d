/// What the two steps of a `GroupWriter` and those who give it bodies share.
struct WriteQueue {
    typealias Job = WriteGroup.Job

    private(set) var jobs: [Job] = []
    /// Those of them that remove everything.
    private var removals = 0
    /// Bodies that were taken and are not answered.
    private(set) var unanswered = 0
    /// Whether the disk works on a group.
    var isSyncing = false
    /// Whether the open group takes no more.
    var isFull = false
    /// As many jobs are worth running while the disk works: half of what the last group had, and `fewest` at least.
    private(set) var worthwhile: Int
    private let fewest: Int
    /// Whether the storage must be mended before anything runs.
    var mustRecover = false
    var pace = WriterPace()

    /// - Parameter fewest: the least that `worthwhile` becomes.
    init(fewest: Int) {
        self.fewest = fewest
        self.worthwhile = fewest
    }

    /// Whether the helper is to run jobs. It leaves removals to the leader.
    var helps: Bool {
        self.isSyncing && !self.isFull && !self.mustRecover && self.jobs.count >= self.worthwhile
            && !self.isRemovalNext
    }

    var isRemovalNext: Bool { self.removals > 0 && self.jobs.first?.body == nil }

    var waiting: Int { self.jobs.count + self.unanswered }

    mutating func append(_ job: Job) {
        self.jobs.append(job)
        if job.body == nil { self.removals += 1 }
    }

    /// Takes the jobs that came first: at most `limit`, and a removal alone.
    mutating func take(_ limit: Int = .max) -> [Job] {
        var count = min(limit, self.jobs.count)
        if self.removals > 0, let removal = self.jobs.firstIndex(where: { $0.body == nil }) {
            count = min(count, max(removal, 1))
            if removal == 0 { self.removals -= 1 }
        }
        self.unanswered += count
        if count == self.jobs.count {
            var taken: [Job] = []
            swap(&taken, &self.jobs)
            self.jobs.reserveCapacity(min(taken.count, 64))
            return taken
        }
        let taken = Array(self.jobs[..<count])
        self.jobs.removeSubrange(..<count)
        return taken
    }

    /// Takes jobs back that did not fit into the group.
    mutating func putBack(_ jobs: ArraySlice<Job>) {
        self.unanswered -= jobs.count
        self.jobs.insert(contentsOf: jobs, at: 0)
    }

    mutating func answered(_ count: Int) { self.unanswered -= count }

    /// The disk has kept a group of so many bodies, or has failed to.
    mutating func synced(_ count: Int) {
        self.isSyncing = false
        self.unanswered -= count
        self.worthwhile = max(self.fewest, count / 2)
    }
}
