package import ApusBase

/// The id of an event in answers and deliveries: 56 digits, as AWS's are, in the order of time, then of streams, then of arrival.
package struct EventID: Sendable, Equatable, CustomStringConvertible {
    package var time: Timestamp
    package var stream: UInt64
    package var sequence: UInt64

    package init(time: Timestamp, stream: UInt64, sequence: UInt64) {
        self.time = time
        self.stream = stream
        self.sequence = sequence
    }

    package var description: String {
        Self.padded(self.time.milliseconds, 16) + Self.padded(self.stream, 20) + Self.padded(self.sequence, 20)
    }

    private static func padded(_ value: some BinaryInteger, _ count: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
