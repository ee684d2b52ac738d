internal import ApusWire

/// What the streams of one HTTP/2 connection are doing: which requests come in, which run, which answers are not sent whole,
/// which peer is too slow. Events in, decisions out; it knows no socket and no clock. Frames, flow control and what may follow
/// on what are `NIOHTTP2Handler`'s.
///
/// A stream is named by its number, which is also the sequence of its exchange. Times are nanoseconds of a monotonic clock.
struct StreamMachine {
    private enum State {
        case receiving(RequestHead, since: UInt64, lastReceived: UInt64)
        case running
        /// The answer is on its way, as far as the peer's windows let it. `ends` says whether the request came whole.
        case answered(ends: RequestEnd)
    }
    private struct Stream {
        var state: State
        var form: AnswerForm
        /// Of its request's body, until it is answered.
        var bodyBytes = 0
        /// Whether the peer has all of the answer that there is so far: its body comes in parts, and the next is not here.
        var hasAllSoFar = false
    }
    enum RequestEnd { case whole, cutShort }
    enum Lateness: Equatable {
        case inTime
        /// Nothing is under way, or the peer takes nothing: end the connection.
        case close
        /// Answer 408 on these streams.
        case refuse([UInt64])
    }

    private let limits: HTTPLimits
    private let timeouts: HTTPTimeouts
    private var streams: [UInt64: Stream] = [:]
    private var unsent = 0
    /// Whether the server waits for this connection to end.
    var isAwaited = false
    /// The highest number that the peer has used.
    private(set) var lastStream: UInt64 = 0
    /// Bytes of bodies of the requests that are coming in and of those not answered.
    private(set) var heldBytes = 0
    /// When the last stream ended, or the connection began.
    private var idleSince: UInt64
    /// When the peer last took something of an answer, or none was waiting.
    private var stalledSince: UInt64

    init(limits: HTTPLimits, timeouts: HTTPTimeouts, now: UInt64) {
        self.limits = limits
        self.timeouts = timeouts
        self.idleSince = now
        self.stalledSince = now
    }

    var isEmpty: Bool { self.streams.isEmpty }
    func contains(_ stream: UInt64) -> Bool { self.streams[stream] != nil }

    // MARK: What comes in

    /// A peer's header began a stream, good or not.
    mutating func opened(_ stream: UInt64) { self.lastStream = max(self.lastStream, stream) }

    /// A checked header whose body follows.
    mutating func receivedHead(_ head: consuming RequestHead, on stream: UInt64, now: UInt64) {
        head.request.body.reserveCapacity(min(head.contentLength ?? 0, 1_048_576))
        let form = head.form
        self.streams[stream] = Stream(state: .receiving(head, since: now, lastReceived: now), form: form)
    }

    /// A checked header without a body: the request may run.
    mutating func receivedWhole(_ head: consuming RequestHead, on stream: UInt64) {
        self.streams[stream] = Stream(state: .running, form: head.form)
    }

    /// A piece of a body. Returns why the request is to be refused, if it is too long. What comes for a request that was
    /// answered already is dropped.
    mutating func receivedBody(_ bytes: UnsafeRawBufferPointer, on stream: UInt64, now: UInt64) -> Refusal? {
        guard let index = self.streams.index(forKey: stream) else { return nil }
        guard case .receiving(var head, let since, _) = self.streams.values[index].state else { return nil }
        let count = head.request.body.count + bytes.count
        if count > self.limits.bodyBytes { return .bodyTooLarge(limit: self.limits.bodyBytes) }
        // Taken out of the state while it grows: shared, it would be copied for each piece.
        self.streams.values[index].state = .running
        head.request.body.append(contentsOf: bytes)
        self.streams.values[index].state = .receiving(head, since: since, lastReceived: bytes.isEmpty ? since : now)
        self.streams.values[index].bodyBytes = count
        self.heldBytes += bytes.count
        return nil
    }

    /// The request is complete; returns it unless it was answered before.
    mutating func receivedEnd(on stream: UInt64) -> HTTPRequest? {
        guard let index = self.streams.index(forKey: stream) else { return nil }
        switch self.streams.values[index].state {
        case .receiving(let head, _, _):
            self.streams.values[index].state = .running
            return head.request
        case .answered:
            self.streams.values[index].state = .answered(ends: .whole)
            return nil
        case .running: return nil
        }
    }

    /// Whether the peer may send more of this stream's body.
    func wantsBytes(on stream: UInt64) -> Bool {
        if case .receiving? = self.streams[stream]?.state { true } else { false }
    }

    // MARK: What goes out

    /// Takes note that the request is answered now. Returns the form that its answer must have; nil where nobody waits for it.
    mutating func answer(_ stream: UInt64, now: UInt64) -> (form: AnswerForm, end: RequestEnd)? {
        guard let index = self.streams.index(forKey: stream) else { return nil }
        let end: RequestEnd
        switch self.streams.values[index].state {
        case .answered: return nil
        case .running: end = .whole
        case .receiving: end = .cutShort
        }
        self.heldBytes -= self.streams.values[index].bodyBytes
        self.streams.values[index].bodyBytes = 0
        self.streams.values[index].state = .answered(ends: end)
        if self.unsent == 0 { self.stalledSince = now }
        self.unsent += 1
        return (self.streams.values[index].form, end)
    }

    /// A stream that was refused at its header, so that its answer counts as one.
    mutating func refused(_ stream: UInt64, end: RequestEnd, now: UInt64) {
        self.streams[stream] = Stream(state: .answered(ends: end), form: AnswerForm())
        if self.unsent == 0 { self.stalledSince = now }
        self.unsent += 1
    }

    /// The peer took the last part of an answer's body, or its header; there is nothing that it could take before `sends`.
    mutating func waits(on stream: UInt64, now: UInt64) {
        guard let index = self.streams.index(forKey: stream), !self.streams.values[index].hasAllSoFar,
            case .answered = self.streams.values[index].state
        else { return }
        self.streams.values[index].hasAllSoFar = true
        self.unsent -= 1
        self.stalledSince = now
    }

    /// A part of an answer's body is on its way.
    mutating func sends(on stream: UInt64, now: UInt64) {
        guard let index = self.streams.index(forKey: stream), self.streams.values[index].hasAllSoFar else { return }
        self.streams.values[index].hasAllSoFar = false
        if self.unsent == 0 { self.stalledSince = now }
        self.unsent += 1
    }

    /// Whether the peer is still sending on a stream that was answered: then it is to be told to stop.
    func isCutShort(_ stream: UInt64) -> Bool {
        if case .answered(ends: .cutShort)? = self.streams[stream]?.state { true } else { false }
    }

    /// The stream is over, whoever ended it.
    mutating func closed(_ stream: UInt64, now: UInt64) {
        guard let gone = self.streams.removeValue(forKey: stream) else { return }
        self.heldBytes -= gone.bodyBytes
        if case .answered = gone.state, !gone.hasAllSoFar { self.unsent -= 1 }
        self.stalledSince = now
        if self.streams.isEmpty { self.idleSince = now }
    }

    /// The peer opened a window: it takes what it gets.
    mutating func tookBytes(now: UInt64) { self.stalledSince = now }

    // MARK: Time

    /// Judges the peer. To be called every now and then; nothing else measures time.
    mutating func judge(now: UInt64) -> Lateness {
        if self.streams.isEmpty {
            // Frames that open no stream keep no connection.
            return Self.isPast(self.idleSince, self.timeouts.keepAliveSeconds, now) ? .close : .inTime
        }
        if self.unsent == 0 {
            self.stalledSince = now
        } else if Self.isPast(self.stalledSince, self.timeouts.writeStallSeconds, now) {
            return .close
        }
        let idleSeconds =
            self.isAwaited
            ? min(self.timeouts.bodyIdleSeconds, self.timeouts.drainSeconds) : self.timeouts.bodyIdleSeconds
        var late: [UInt64] = []
        for (number, stream) in self.streams {
            guard case .receiving(_, let since, let lastReceived) = stream.state else { continue }
            if Self.isPast(since, self.timeouts.bodyTotalSeconds, now)
                || Self.isPast(lastReceived, idleSeconds, now)
            {
                late.append(number)
            }
        }
        return late.isEmpty ? .inTime : .refuse(late.sorted())
    }

    private static func isPast(_ since: UInt64, _ seconds: Int, _ now: UInt64) -> Bool {
        now > since && now - since >= UInt64(seconds) * 1_000_000_000
    }
}
