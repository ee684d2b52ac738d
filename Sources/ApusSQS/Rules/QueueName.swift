package import ApusService

/// The rules of queue names.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
package enum QueueName {
    private static let suffix = ".fifo"

    /// Whether a FIFO queue could be called so.
    package static func isFIFO(_ name: String) -> Bool { name.hasSuffix(self.suffix) }

    /// Whether a queue of that kind may be called so.
    package static func isValid(_ name: String, _ kind: QueueKind) -> Bool {
        guard SQSLimits.queueName.contains(name.utf8.count) else { return false }
        switch kind {
        case .standard: return name.utf8.allSatisfy(self.isAllowed)
        case .fifo:
            let stem = name.utf8.dropLast(self.suffix.utf8.count)
            return self.isFIFO(name) && !stem.isEmpty && stem.allSatisfy(self.isAllowed)
        }
    }

    /// Refuses a name that a queue of that kind cannot have.
    package static func check(_ name: String, _ kind: QueueKind) throws(ServiceError) {
        if self.isValid(name, kind) { return }
        switch kind {
        case .standard:
            throw CommonError.invalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        case .fifo:
            throw CommonError.invalidParameterValue(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end "
                    + "with .fifo suffix and be 1 to 80 in length.")
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
