/// The last bytes of an invocation's log, each record with its line feed.
package struct LogTail: Sendable {
    private var kept: [UInt8] = []
    private let limit: Int

    package init(limit: Int = SandboxLimits.logTailBytes) { self.limit = limit }

    package mutating func append(_ text: some Collection<UInt8>) {
        self.kept.append(contentsOf: text.count > self.limit ? text.suffix(self.limit) : text[...])
        self.kept.append(UInt8(ascii: "\n"))
        if self.kept.count > self.limit * 2 { self.kept.removeFirst(self.kept.count - self.limit) }
    }

    /// At most the limit.
    package var bytes: [UInt8] { self.kept.count > self.limit ? Array(self.kept.suffix(self.limit)) : self.kept }

    package mutating func removeAll() { self.kept.removeAll(keepingCapacity: true) }
}
