internal import ApusWire

/// What one HTTP/1.1 connection is doing: which request comes in, which are being answered, in what order answers leave, when
/// to read, when the peer has been too slow, when to close. Events in, actions out; it knows no socket and no clock.
///
/// Requests run side by side as far as `HTTPLimits.unansweredRequests` allows and may be answered in any order; answers leave
/// in the order of the requests. A request that came beyond that number (what one read brought) waits until it has room.
/// Times are nanoseconds of a monotonic clock.
struct ConnectionMachine {
    /// How a connection ends once the last answer is written.
    enum Ending: Equatable {
        case close
        /// Send end-of-file, then read and drop what the peer still sends: closing with unread bytes would reset the
        /// connection and could take the answer away before the peer has read it.
        case linger
        /// Another protocol has it from here on.
        case handOver
    }
    /// A request to hand to the handler. `sequence` names it in `answer`.
    struct Dispatch {
        var request: HTTPRequest
        var sequence: UInt64
        var persistence: AnswerForm.Persistence
    }
    /// An answer whose turn it is.
    struct Answer {
        var response: HTTPResponse
        var form: AnswerForm
    }

    enum Input: Equatable {
        /// At the boundary of two requests.
        case between
        /// The first bytes of a request are here.
        case head(since: UInt64)
        case body(since: UInt64)
        /// Nothing is read any more. `ending` says whether the peer may still be sending.
        case over(ending: Ending)
    }
    struct Slot {
        enum State {
            case waiting(HTTPRequest)
            case running
            case answered(HTTPResponse)
            /// The header is written, and parts of the body leave.
            case sending
        }
        var state: State
        var form: AnswerForm
        /// Of its request, until it is answered.
        var bodyBytes = 0
    }

    let limits: HTTPLimits
    let timeouts: HTTPTimeouts
    private(set) var input: Input = .between
    /// The request whose body is coming in.
    private var underway: RequestHead?
    private var owesContinue = false
    /// Requests in order: first those running or answered (`dispatched` of them), then those waiting.
    private var slots = SlotQueue()
    private var dispatched = 0
    private(set) var isDraining = false
    /// Whether the server waits for this connection to end.
    private(set) var isAwaited = false
    /// Whether no byte has come on this connection yet.
    private(set) var isUnused = true
    /// Bytes of bodies of the request that is coming in and of those not answered.
    private(set) var heldBytes = 0
    /// Set once the last answer was taken by `nextAnswer`.
    private(set) var ending: Ending?
    var progress: PeerProgress

    init(limits: HTTPLimits, timeouts: HTTPTimeouts, now: UInt64) {
        self.limits = limits
        self.timeouts = timeouts
        self.progress = PeerProgress(now: now)
    }

    // MARK: What comes in

    /// Bytes arrived, whatever they are. Comes before the events that they cause.
    mutating func receivedBytes(now: UInt64) {
        self.progress.lastReceived = now
        self.isUnused = false
        if self.input == .between { self.input = .head(since: now) }
    }

    /// A checked header. Its body, or `receivedEnd`, follows.
    mutating func receivedHead(_ head: consuming RequestHead, now: UInt64) {
        if case .over = self.input { return }
        self.input = .body(since: now)
        self.owesContinue = head.expectsContinue && head.contentLength != 0
        // A length is the peer's word: memory for more than this is taken only as bytes arrive.
        head.request.body.reserveCapacity(min(head.contentLength ?? 0, 1_048_576))
        self.underway = consume head
    }

    /// A piece of the body under way. Returns why the request is to be refused, if it is too long.
    mutating func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Refusal? {
        guard let received = self.underway?.request.body.count else { return nil }
        if received + bytes.count > self.limits.bodyBytes { return .bodyTooLarge(limit: self.limits.bodyBytes) }
        self.underway!.request.body.append(contentsOf: bytes)
        self.heldBytes += bytes.count
        return nil
    }

    /// The request under way is complete. Returns it if it may run now.
    mutating func receivedEnd() -> Dispatch? {
        guard let head = self.underway.take() else { return nil }
        self.owesContinue = false
        switch head.form.persistence {
        case .keepAlive: self.input = .between
        case .close: self.input = .over(ending: .close)
        case .handOver: self.input = .over(ending: .handOver)
        }
        if self.dispatched < self.limits.unansweredRequests, self.dispatched == self.slots.count {
            self.dispatched += 1
            let slot = Slot(state: .running, form: head.form, bodyBytes: head.request.body.count)
            let persistence = head.form.persistence
            return Dispatch(request: head.request, sequence: self.slots.append(slot), persistence: persistence)
        }
        _ = self.slots.append(
            Slot(state: .waiting(head.request), form: head.form, bodyBytes: head.request.body.count))
        return nil
    }

    /// Answers the request that is coming in, or what came instead of one, with `refusal` when its turn comes, and ends the
    /// connection after that.
    mutating func refuse(_ refusal: Refusal, fields: HTTPFields? = nil) {
        if case .over = self.input { return }
        var form: AnswerForm = self.underway?.form ?? AnswerForm()
        form.persistence = .close
        let fields: HTTPFields = fields ?? self.underway?.request.headers ?? HTTPFields()
        self.heldBytes -= self.underway?.request.body.count ?? 0
        self.underway = nil
        self.owesContinue = false
        self.input = .over(ending: .linger)
        if self.dispatched == self.slots.count { self.dispatched += 1 }
        _ = self.slots.append(Slot(state: .answered(refusal.response(to: fields)), form: form))
    }

    // MARK: What goes out

    /// The handler's answer to the request `sequence`. Returns whether `nextAnswer` now has one. An answer to a request that
    /// is not running (answered already, or dropped with the connection's end) is ignored.
    mutating func answer(_ sequence: UInt64, with response: consuming HTTPResponse) -> Bool {
        guard let index = self.slots.index(of: sequence), case .running = self.slots[index].state else { return false }
        self.slots[index].state = .answered(response)
        self.heldBytes -= self.slots[index].bodyBytes
        self.slots[index].bodyBytes = 0
        return index == 0
    }

    /// The next answer in order, if it is ready; to be written at once. After one that says `close` none follows. After one
    /// whose body comes in parts none follows before `finishedBody`.
    mutating func nextAnswer() -> Answer? {
        guard let first = self.slots.first, case .answered(let response) = first.state else { return nil }
        var form: AnswerForm = self.lastForm(first.form)
        // Whoever was asked for a WebSocket declined: the peer may send frames all the same.
        if form.persistence == .handOver, response.status != 101 {
            form.persistence = .close
            self.input = .over(ending: .linger)
        }
        if response.source != nil, form.hasBody {
            // HTTP/1.0 has no chunks: the end of the connection is that of the body.
            if form.version == .http10 { form.persistence = .close }
            self.slots[0].state = .sending
            self.slots[0].form = form
        } else {
            self.leave(form)
        }
        return Answer(response: response, form: form)
    }

    /// The last part of the first answer's body was written.
    mutating func finishedBody() {
        guard let first = self.slots.first, case .sending = first.state else { return }
        self.leave(self.lastForm(first.form))
    }

    /// The form of the first answer, which ends a connection that is to end if nothing comes behind it.
    private func lastForm(_ form: AnswerForm) -> AnswerForm {
        var form = form
        if self.isDraining, self.slots.count == 1, self.isBetweenRequests, form.persistence == .keepAlive {
            form.persistence = .close
        }
        return form
    }

    /// Whether the body that is being sent goes out in chunks.
    var isBodyChunked: Bool {
        guard let first = self.slots.first, case .sending = first.state else { return false }
        return first.form.version == .http11
    }

    /// The first request is done with.
    private mutating func leave(_ form: AnswerForm) {
        self.slots.removeFirst()
        self.dispatched = max(0, self.dispatched - 1)
        if form.persistence != .keepAlive {
            let ending: Ending =
                switch self.input {
                case .over(let ending): ending
                case .between: .close
                case .head, .body: .linger
                }
            self.ending = ending
            self.input = .over(ending: ending)
            self.slots.removeAll()
            self.dispatched = 0
            self.underway = nil
            self.heldBytes = 0
        }
    }

    /// A waiting request that has room to run now.
    mutating func nextDispatch() -> Dispatch? {
        while self.dispatched < min(self.limits.unansweredRequests, self.slots.count) {
            let index: Int = self.dispatched
            self.dispatched += 1
            if case .waiting(let request) = self.slots[index].state {
                self.slots[index].state = .running
                return Dispatch(
                    request: request, sequence: self.slots.sequence(at: index),
                    persistence: self.slots[index].form.persistence)
            }
        }
        return nil
    }

    /// Whether `100 Continue` is to be written now: the client waits for it and nothing else is to be written before it.
    mutating func takeContinue() -> Bool {
        guard self.owesContinue, self.slots.isEmpty else { return false }
        self.owesContinue = false
        return true
    }

    // MARK: State

    /// Whether more bytes are welcome.
    var wantsBytes: Bool {
        if self.keepsBytes { return false }
        if case .over = self.input { return true }
        return self.slots.count < self.limits.unansweredRequests
    }

    /// Whether no more requests are taken.
    var isOver: Bool { if case .over = self.input { true } else { false } }

    /// Whether bytes that arrive are to be dropped unread.
    var dropsBytes: Bool { self.isOver && !self.keepsBytes }

    /// Whether bytes that arrive belong to another protocol, which does not have the connection yet.
    var keepsBytes: Bool { self.input == .over(ending: .handOver) }

    /// The connection is to end with its next answer that has no request behind it, which says `close`.
    mutating func retire() { self.isDraining = true }

    /// The connection is to end soon: what runs is answered, the last answer says `close`. Returns whether nothing runs, so
    /// that the connection can be closed at once.
    mutating func drain() -> Bool {
        self.isDraining = true
        self.isAwaited = true
        return self.slots.isEmpty && self.input == .between && self.ending == nil
    }

    /// Whether no request has begun to come: one whose head came in part is answered before the connection ends.
    private var isBetweenRequests: Bool {
        switch self.input {
        case .between, .over: true
        case .head, .body: false
        }
    }

    var hasUnanswered: Bool { !self.slots.isEmpty }
    var owesContinueLater: Bool { self.owesContinue }
}
