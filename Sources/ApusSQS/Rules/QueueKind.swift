/// What a queue promises about order and duplicates. Fixed when it is made.
package enum QueueKind: UInt8, Sendable {
    case standard = 0
    case fifo = 1
}
