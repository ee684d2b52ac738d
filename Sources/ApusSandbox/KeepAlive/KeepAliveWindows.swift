/// What is done with a function's environments after an event: when they are ended, when one is made again, and until when.
package struct KeepAliveWindows: Equatable, Sendable {
    /// Minutes after the last event from which an environment is to be ready; 0: it stays as it is.
    package var preWarmMinutes: Double
    /// Minutes from then until it is ended.
    package var keepAliveMinutes: Double

    package init(preWarmMinutes: Double, keepAliveMinutes: Double) {
        self.preWarmMinutes = preWarmMinutes
        self.keepAliveMinutes = keepAliveMinutes
    }

    /// Whether an environment is kept after `idleMinutes` without an event.
    package func holds(idleMinutes: Double) -> Bool {
        idleMinutes >= self.preWarmMinutes && idleMinutes <= self.preWarmMinutes + self.keepAliveMinutes
    }

    /// Minutes that an environment is kept for nothing when the next event comes after `idleMinutes`.
    package func wastedMinutes(idleMinutes: Double) -> Double {
        max(0, min(idleMinutes, self.preWarmMinutes + self.keepAliveMinutes) - self.preWarmMinutes)
    }
}
