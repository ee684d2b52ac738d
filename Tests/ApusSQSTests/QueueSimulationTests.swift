import Testing

@Suite struct QueueSimulationTests {
    /// Nothing acknowledged is lost or comes back, groups keep their order, a message in flight is nobody else's, a
    /// duplicate is never delivered, move tasks bring back what was dead once, and the records agree with each other after
    /// every crash.
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `queues keep their promises through crashes and jumps of the clock`(seed: UInt64) throws {
        let simulation = try QueueSimulation(seed: seed)
        try simulation.run(steps: 400)
        #expect(simulation.failures == [], "seed \(seed)")
        let summary = simulation.summary
        #expect(summary.sent > 50 && summary.received > 30, "seed \(seed): \(summary)")
    }

    @Test func `the seeds move messages, and have noisy groups`() throws {
        var moved = 0
        var noisy = 0
        for seed: UInt64 in [2, 4, 8] {
            let simulation = try QueueSimulation(seed: seed)
            try simulation.run(steps: 400)
            moved += simulation.summary.moved
            noisy += simulation.summary.noisy
        }
        #expect(moved > 5 && noisy > 0)
    }
}
