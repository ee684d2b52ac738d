/// Bodies that have run one after the other, with what they wrote: what is committed together.
struct WriteGroup {
    /// A body that waits for its turn, or has run and waits for its answer.
    struct Job: Sendable {
        /// nil: remove everything instead.
        var body: (@Sendable (inout Transaction) -> Verdict)?
        var completion: @Sendable (StoreError?) -> Void
    }

    let overlay = Overlay()
    private(set) var jobs: [Job] = []
    private(set) var effects: [Transaction.Effect] = []
    /// Why nothing of it can be written.
    private(set) var failure: StoreError?

    var isEmpty: Bool { self.jobs.isEmpty }

    /// Whether it is large enough to be committed before anything else runs.
    var isFull: Bool {
        self.jobs.count >= StoreLimits.bodiesPerGroup || self.overlay.bytes >= StoreLimits.bytesPerGroup
            || self.overlay.entries.count >= StoreLimits.keysPerGroup
    }

    /// A job that has run, with what it wants done once its writes are durable.
    mutating func append(_ job: Job, _ effects: [Transaction.Effect]) {
        self.jobs.append(job)
        self.effects += effects
    }

    /// Jobs that could not run: they and those before them fail, since none of their writes goes to the storage.
    mutating func fail(_ jobs: ArraySlice<Job>, _ failure: StoreError) {
        self.jobs += jobs
        self.failure = failure
    }

    /// Begins a new group; what is answered once this one is durable.
    mutating func close() -> Closed {
        defer {
            self.jobs.removeAll()
            self.effects.removeAll()
            self.failure = nil
            self.overlay.reset()
        }
        return Closed(jobs: self.jobs, effects: self.effects, failure: self.failure)
    }

    /// A group whose writes were applied, or could not be.
    struct Closed: Sendable {
        var jobs: [Job]
        var effects: [Transaction.Effect]
        var failure: StoreError?
    }
}
