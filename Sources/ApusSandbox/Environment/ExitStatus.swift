/// How a process ended.
package enum ExitStatus: Hashable, Sendable {
    case status(Int32)
    case signal(Int32)
}
