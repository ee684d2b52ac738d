internal import CApusSandbox
internal import Glibc

/// What the launcher reports.
package enum LaunchEvent: Equatable, Sendable {
    case started(pid: Int32)
    case failed(StartFailure)
    case exited(ExitStatus, peakKiB: Int)
    /// A connection into its network was made, or could not be.
    case connected(number: UInt32)

    static let recordBytes = MemoryLayout<apus_event>.size

    /// Reads one record of `recordBytes` bytes; nil when its kind is unknown.
    static func decode(_ record: UnsafeRawBufferPointer) -> (environment: UInt64, event: LaunchEvent)? {
        var raw = apus_event()
        withUnsafeMutableBytes(of: &raw) { $0.copyMemory(from: record) }
        switch raw.kind {
        case APUS_EVENT_STARTED.rawValue: return (raw.environment, .started(pid: raw.pid))
        case APUS_EVENT_FAILED.rawValue:
            return (raw.environment, .failed(Self.failure(stage: UInt32(bitPattern: raw.detail), error: raw.value)))
        case APUS_EVENT_EXITED.rawValue:
            let status: ExitStatus = raw.detail == 1 ? .signal(raw.value) : .status(raw.value)
            return (raw.environment, .exited(status, peakKiB: Int(raw.peak_kib)))
        case APUS_EVENT_CONNECTED.rawValue:
            return (raw.environment, .connected(number: UInt32(bitPattern: raw.detail)))
        default: return nil
        }
    }

    private static func failure(stage: UInt32, error: Int32) -> StartFailure {
        let reason = ErrorText.describe(error)
        switch stage & 0xFF {
        case APUS_STAGE_EXEC.rawValue:
            return StartFailure(cause: .program, sentence: reason.lowercased())
        case APUS_STAGE_TEMPLATE.rawValue:
            let isForNow = [EAGAIN, ENOMEM, ENOSPC].contains(error)
            return StartFailure(
                cause: isForNow ? .templateForNow : .template, sentence: "its template did not fork it: \(reason)")
        case APUS_STAGE_FORK.rawValue:
            return StartFailure(cause: .machine, sentence: "no process could be made: \(reason)")
        case APUS_STAGE_CGROUP.rawValue:
            return StartFailure(cause: .machine, sentence: "its cgroup could not be entered: \(reason)")
        case APUS_STAGE_DIRECTORY.rawValue:
            return StartFailure(cause: .directory, sentence: "its code directory could not be entered: \(reason)")
        case APUS_STAGE_NAMESPACES.rawValue:
            let what = stage >> 8 == 0 ? "" : " (mount \(stage >> 8))"
            return StartFailure(cause: .machine, sentence: "its namespaces could not be made\(what): \(reason)")
        case APUS_STAGE_NETWORK.rawValue:
            return StartFailure(cause: .machine, sentence: "its network could not be made: \(reason)")
        case APUS_STAGE_USER.rawValue:
            return StartFailure(cause: .machine, sentence: "its user could not be taken: \(reason)")
        default: return StartFailure(cause: .machine, sentence: "the launcher refused it: \(reason)")
        }
    }
}
