/// When a peer last did something. Times are nanoseconds of a monotonic clock.
struct PeerProgress {
    /// The last bytes that came in; at first, when the connection opened.
    var lastReceived: UInt64
    /// When the connection last had nothing to be answered left.
    var idleSince: UInt64
    /// Bytes the peer has taken so far, and since when it has taken no more.
    var taken: UInt64 = 0
    var stalledSince: UInt64
    /// When the lingering after the last answer began.
    var lingeringSince: UInt64?

    init(now: UInt64) {
        self.lastReceived = now
        self.idleSince = now
        self.stalledSince = now
    }
}

extension ConnectionMachine {
    enum Lateness: Equatable {
        case inTime
        /// Close without a word: nobody waits for one.
        case close
        /// Answer 408.
        case refuse
    }

    /// Judges the peer. To be called every now and then; nothing else measures time.
    /// - Parameters:
    ///   - written: bytes handed to the socket's queue since the connection opened.
    ///   - unsent: those of them that the peer has not taken.
    ///   - isReading: whether the connection was open for more bytes; a peer that may not send is not late.
    mutating func judge(now: UInt64, written: UInt64, unsent: UInt64, isReading: Bool) -> Lateness {
        if self.hasStalled(now: now, taken: written - min(unsent, written), unsent: unsent) { return .close }
        if let since = self.progress.lingeringSince {
            let isLate: Bool =
                Self.isPast(since, self.timeouts.lingerTotalSeconds, now)
                || Self.isPast(
                    max(since, self.progress.lastReceived), self.patience(self.timeouts.lingerIdleSeconds), now)
            return isLate ? .close : .inTime
        }
        if self.hasUnanswered || unsent > 0 { self.progress.idleSince = now }
        switch self.input {
        case .over: return .inTime
        case .between:
            return Self.isPast(
                max(self.progress.idleSince, self.progress.lastReceived), self.timeouts.keepAliveSeconds, now)
                ? .close : .inTime
        case .head(let since):
            let patience: Int = self.patience(self.timeouts.headSeconds)
            return Self.isPast(max(since, self.progress.idleSince), patience, now) ? .refuse : .inTime
        case .body(let since):
            if !isReading || self.owesContinueLater { self.progress.lastReceived = now }
            let isLate: Bool =
                Self.isPast(since, self.timeouts.bodyTotalSeconds, now)
                || Self.isPast(self.progress.lastReceived, self.patience(self.timeouts.bodyIdleSeconds), now)
            return isLate ? .refuse : .inTime
        }
    }

    /// The number of seconds, or fewer where the server waits for the connection.
    private func patience(_ seconds: Int) -> Int {
        self.isAwaited ? min(seconds, self.timeouts.drainSeconds) : seconds
    }

    private mutating func hasStalled(now: UInt64, taken: UInt64, unsent: UInt64) -> Bool {
        if unsent == 0 || taken != self.progress.taken {
            self.progress.taken = taken
            self.progress.stalledSince = now
            return false
        }
        return Self.isPast(self.progress.stalledSince, self.timeouts.writeStallSeconds, now)
    }

    private static func isPast(_ since: UInt64, _ seconds: Int, _ now: UInt64) -> Bool {
        now > since && now - since >= UInt64(seconds) * 1_000_000_000
    }
}
