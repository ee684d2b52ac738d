/// The number that a FIFO queue gives each message: 20 digits, growing in the queue's own order.
package enum SequenceNumber {
    private static let base: UInt64 = 10_000_000_000_000_000_000

    package static func text(_ sequence: UInt64) -> String { String(self.base + sequence) }
}
