/// Bodies that ran one after the other and whose writes were applied as one batch.
struct WriteGroup: Sendable {
    /// A body that waits for the writer, or has run and waits for its answer.
    struct Job: Sendable {
        /// nil: remove everything instead.
        var body: (@Sendable (inout Transaction) -> Verdict)?
        var completion: @Sendable (StoreError?) -> Void
    }

    var jobs: ArraySlice<Job>
    /// What the bodies want done once their writes are durable.
    var effects: [Transaction.Effect] = []
    /// Why nothing of it was written, or why nobody knows.
    var failure: StoreError?
}
