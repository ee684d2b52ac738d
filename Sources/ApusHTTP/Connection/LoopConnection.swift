internal import ApusWire
internal import NIOCore

/// A connection as its event loop sees it, whatever it speaks. All but `deliver…` are called on the loop.
protocol LoopConnection: AnyObject, Sendable {
    var loop: LoopContext { get }
    /// Where this connection lies in `loop.connections`.
    var index: Int? { get set }
    /// Whether the loop waits for this connection's end. Goes over to the handler that takes the connection over.
    var isRetiring: Bool { get set }

    /// Takes the answer to the request `sequence`, which may be gone.
    func answer(_ sequence: UInt64, with response: HTTPResponse)
    /// Tells `exchange` when the peer goes away before the request `sequence` was answered.
    func watch(_ sequence: UInt64, _ exchange: ConnectionExchange)
    /// Takes the next part of the body that answers the request `sequence`.
    func take(_ part: BodyPart, of sequence: UInt64)
    /// Writes what was gathered.
    func flush()
    /// Lets a slow peer go. Called by the loop's sweep.
    func checkTime()
    /// The server is about to stop: goes on as before, but tells the peer as soon as it can that the connection ends.
    func retire()
    /// The server stops: closes at once what is idle, lets the rest be answered.
    func drain()
    func close()
}

extension LoopConnection {
    /// From any thread: on the loop it is done at once, from elsewhere through the mailbox.
    func deliver(_ response: HTTPResponse, to sequence: UInt64) {
        if self.loop.eventLoop.inEventLoop {
            self.answer(sequence, with: response)
        } else {
            _ = self.loop.post(.answer(self, sequence, response))
        }
    }

    /// From any thread.
    func deliver(_ part: BodyPart, of sequence: UInt64) {
        if self.loop.eventLoop.inEventLoop {
            self.take(part, of: sequence)
        } else {
            _ = self.loop.post(.part(self, sequence, part))
        }
    }

    /// The connection is `successor`'s from here on.
    func passRetirement(to successor: any LoopConnection) {
        successor.isRetiring = self.isRetiring
        self.isRetiring = false
    }

    /// From any thread.
    func deliverWatch(_ exchange: ConnectionExchange, of sequence: UInt64) {
        if self.loop.eventLoop.inEventLoop {
            self.watch(sequence, exchange)
        } else if !self.loop.post(.watch(self, sequence, exchange)) {
            exchange.disconnected()
        }
    }
}

/// Who wants to know when a peer goes away before its answer. Almost always empty, or one or two long.
struct Watchers {
    private var entries: [(sequence: UInt64, exchange: WeakExchange)] = []

    var isEmpty: Bool { self.entries.isEmpty }

    mutating func add(_ sequence: UInt64, _ exchange: ConnectionExchange) {
        self.entries.removeAll { $0.exchange.value == nil }
        self.entries.append((sequence, WeakExchange(exchange)))
    }

    /// The request was answered: nobody wants to know any more.
    mutating func remove(_ sequence: UInt64) { self.entries.removeAll { $0.sequence == sequence } }

    /// Takes out those of one request.
    mutating func take(_ sequence: UInt64) -> [WeakExchange] {
        if self.entries.isEmpty { return [] }
        let found = self.entries.filter { $0.sequence == sequence }.map(\.exchange)
        self.remove(sequence)
        return found
    }

    /// Takes out all.
    mutating func takeAll() -> [WeakExchange] {
        defer { self.entries = [] }
        return self.entries.map(\.exchange)
    }
}

/// A handler that drops an exchange must not be kept from that by the connection's interest in it.
struct WeakExchange {
    weak var value: ConnectionExchange?
    init(_ value: ConnectionExchange) { self.value = value }
}
