/// How many batches of one mapping run at once: few at first, more while the queue stays full, fewer when it is empty or
/// the function is throttled.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
package struct BatchScale: Sendable, Equatable {
    package private(set) var limit: Int
    package private(set) var running = 0
    private let start: Int
    private let most: Int

    /// - Parameter maximum: the mapping's `MaximumConcurrency`.
    package init(maximum: Int?) {
        self.most = maximum ?? LambdaLimits.mostBatches
        self.start = min(LambdaLimits.startingBatches, self.most)
        self.limit = self.start
    }

    package var hasRoom: Bool { self.running < self.limit }

    package mutating func began() { self.running += 1 }

    /// - Parameter wasThrottled: the function could not be run for want of environments.
    package mutating func ended(wasThrottled: Bool) {
        let wasFull = self.running >= self.limit
        self.running -= 1
        if wasThrottled {
            self.limit = max(1, self.limit / 2)
        } else if wasFull {
            self.limit = min(self.most, self.limit + 1)
        }
    }

    package mutating func foundNothing() { self.limit = self.start }
}
