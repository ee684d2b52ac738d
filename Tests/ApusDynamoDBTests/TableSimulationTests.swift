import Testing

@Suite struct TableSimulationTests {
    /// Transactions and batches happen whole or not at all, each acknowledged change stands in the stream once and each stream
    /// leads to the items that there are, indexes have what their tables have, those that are being filled nothing else, counts
    /// are exact, restored tables are what their sources were: at any moment, and after every crash.
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `tables keep their promises through crashes`(seed: UInt64) throws {
        let simulation = try TableSimulation(seed: seed)
        try simulation.run(steps: 300)
        #expect(simulation.failures.isEmpty, "seed \(seed): \(simulation.failures.prefix(5))")
        let summary = simulation.summary
        #expect(summary.acknowledged > 60 && summary.transactions > 15, "seed \(seed): \(summary)")
    }

    /// What is throttled leaves no trace, alone, as a part of a batch or of a transaction, and what is not stays.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `tables keep their promises while they are throttled`(seed: UInt64) throws {
        let simulation = try TableSimulation(seed: seed, throughput: .scarce)
        try simulation.run(steps: 300)
        #expect(simulation.failures.isEmpty, "seed \(seed): \(simulation.failures.prefix(5))")
        let summary = simulation.summary
        #expect(
            summary.acknowledged > 30 && summary.throttled > 5 && summary.unprocessed > 0, "seed \(seed): \(summary)")
    }

    /// Replicas have what their tables have at any moment once they are active, with indexes and streams of their own.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `replicas are equal through crashes`(seed: UInt64) throws {
        let simulation = try TableSimulation(seed: seed, regions: .two)
        try simulation.run(steps: 300)
        #expect(simulation.failures.isEmpty, "seed \(seed): \(simulation.failures.prefix(5))")
        let summary = simulation.summary
        #expect(summary.acknowledged > 30 && summary.replicas > 10, "seed \(seed): \(summary)")
    }

    @Test func `the seeds crash, expire items, and look at indexes that are being filled`() throws {
        var sum = TableLedger.Summary()
        for seed: UInt64 in 1...6 {
            let simulation = try TableSimulation(seed: seed)
            try simulation.run(steps: 300)
            sum.crashes += simulation.summary.crashes
            sum.expired += simulation.summary.expired
            sum.fillings += simulation.summary.fillings
            sum.indexChanges += simulation.summary.indexChanges
            sum.restored += simulation.summary.restored
            sum.recovered += simulation.summary.recovered
        }
        #expect(sum.crashes > 10 && sum.expired > 5 && sum.fillings > 5 && sum.indexChanges > 10, "\(sum)")
        #expect(sum.restored > 30 && sum.recovered > 10, "\(sum)")
        for seed: UInt64 in 1...3 {
            let simulation = try TableSimulation(seed: seed, regions: .two)
            try simulation.run(steps: 300)
            sum.unfilledReplicas += simulation.summary.unfilledReplicas
        }
        #expect(sum.unfilledReplicas > 5, "\(sum)")
    }
}
