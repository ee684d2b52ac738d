internal import Glibc

/// The peak memory use of an environment, for REPORT lines. Reading it costs a few microseconds, so after very short
/// invocations an older reading may serve.
struct MemoryGauge {
    /// Invocations shorter than this do not cause a reading by themselves …
    private static let shortNanoseconds: UInt64 = 5_000_000
    /// … but one is never older than this.
    private static let maximumAgeNanoseconds: UInt64 = 100_000_000

    private let peakFile: String?
    private let pid: Int32
    private var peakBytes = 0
    private var readAt: UInt64?

    /// `peakFile`: the cgroup's; without it the peak resident size of the first process counts.
    init(peakFile: String?, pid: Int32) {
        self.peakFile = peakFile
        self.pid = pid
    }

    /// The peak in MiB, rounded up, after an invocation of this length.
    mutating func peakMiB(invocationNanoseconds: UInt64, now: UInt64) -> Int {
        let fresh = self.readAt.map { now &- $0 < Self.maximumAgeNanoseconds } ?? false
        if !fresh || invocationNanoseconds >= Self.shortNanoseconds {
            self.peakBytes = max(self.peakBytes, self.read() ?? 0)
            self.readAt = now
        }
        return (self.peakBytes + (1 << 20) - 1) >> 20
    }

    /// What it is taken to hold, without a reading: the peak that is known.
    var residentMiB: Int { max(1, self.peakBytes >> 20) }

    /// The launcher's word after the end.
    mutating func note(peakKiB: Int) { if self.peakFile == nil { self.peakBytes = max(self.peakBytes, peakKiB << 10) } }

    private func read() -> Int? {
        if let file = self.peakFile, let text = ControlFiles.read(file) { return Int(text.prefix { $0.isNumber }) }
        guard self.pid > 0, let status = ControlFiles.read("/proc/\(self.pid)/status") else { return nil }
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
        return line.split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 << 10 }
    }
}
