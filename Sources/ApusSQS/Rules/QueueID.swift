/// Names a queue for ever: never reused, so that a queue made again under an old name shows nothing of the old one.
package struct QueueID: Hashable, Sendable {
    package let number: UInt64

    package init(_ number: UInt64) { self.number = number }
}
