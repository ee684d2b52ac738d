internal import ApusBase

/// How a move task keeps its rate: some messages, then a pause that is as long as they take at that rate.
///
/// The end of the pause is kept with the task, so a server that was down has nothing to catch up on; in no second more than
/// the rate and one step's messages are moved.
package struct MovePace: Equatable, Sendable {
    /// Messages per second; nil: as fast as it goes.
    package var rate: Int?

    package init(rate: Int?) { self.rate = rate }

    /// Messages of one step: a tenth of a second's, at least one.
    package var messagesPerStep: Int {
        guard let rate else { return SQSLimits.movesPerStep }
        return max(1, rate / 10)
    }

    /// Milliseconds to wait after so many messages.
    package func pauseMilliseconds(after messages: Int) -> Int64 {
        guard let rate else { return 0 }
        return (Int64(messages) * 1000 + Int64(rate) - 1) / Int64(rate)
    }
}
