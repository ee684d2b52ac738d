internal import ApusService
internal import DynamoDBItems

extension ItemWrite {
    /// `perform` held to the table's throughput: throttled, it writes nothing that stays, and takes nothing.
    ///
    /// A condition that does not hold costs as much as the item that it was asked of.
    func perform(
        on table: OpenTable, by meter: ThroughputMeter, in call: inout Call
    ) throws(ServiceError) -> Swift.Result<Result, Unmet> {
        if let throttling = meter.throttling(.write) { throw throttling.error }
        switch try self.priced.perform(on: table, in: &call) {
        case .success(let result):
            if let throttling = meter.throttling(writing: result.consumption) { throw throttling.error }
            meter.take(result.consumption, .write)
            return .success(result)
        case .failure(var unmet):
            var price = Consumption()
            price.table = Consumption.write(unmet.item?.size ?? 0)
            meter.take(price, .write)
            unmet.isCharged = true
            return .failure(unmet)
        }
    }

    /// The same as a part of a batch: what is throttled leaves no trace, and the rest goes on.
    func performInBatch(
        on table: OpenTable, by meter: ThroughputMeter?, in call: inout Call
    ) throws(ServiceError) -> BatchResult {
        guard let meter else { return try BatchResult(self.perform(on: table, in: &call)) }
        if let throttling = meter.throttling(.write) { return .throttled(throttling) }
        let write = self.priced
        var throttled: Throttling?
        let outcome = call.attempt { (call) throws(ServiceError) in
            let outcome = try write.perform(on: table, in: &call)
            if case .success(let result) = outcome, let throttling = meter.throttling(writing: result.consumption) {
                throttled = throttling
                throw throttling.error
            }
            return outcome
        }
        if let throttled { return .throttled(throttled) }
        let result = BatchResult(try outcome.get())
        if case .done(let consumption) = result { meter.take(consumption, .write) }
        return result
    }

    enum BatchResult {
        case done(Consumption)
        case throttled(Throttling)

        /// Without a condition each write is done.
        fileprivate init(_ outcome: Swift.Result<Result, Unmet>) {
            switch outcome {
            case .success(let result): self = .done(result.consumption)
            case .failure: self = .done(Consumption())
            }
        }
    }

    /// The write alone, with the item before: the larger of the two is what counts.
    private var priced: ItemWrite {
        var write = self
        write.metering = .byOthers
        write.needsOld = true
        return write
    }
}
