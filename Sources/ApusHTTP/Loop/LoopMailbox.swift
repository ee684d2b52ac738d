internal import ApusWire
internal import NIOCore
internal import Synchronization

/// What other threads want done on an event loop. Many items cost one wake-up of the loop: a wake-up is a system call and two
/// context switches, an item here is a lock of 20 ns.
final class LoopMailbox: Sendable {
    enum Item: Sendable {
        case answer(any LoopConnection, UInt64, HTTPResponse)
        case watch(any LoopConnection, UInt64, ConnectionExchange)
        case part(any LoopConnection, UInt64, BodyPart)
        case message(WebSocketHandler, WebSocketMessage)
        case goodbye(WebSocketHandler, UInt16, String)
        case job(UnownedJob)
    }
    private struct State {
        var items: [Item] = []
        var isWakeUpUnderWay = false
        var holds = 0
        var isClosed = false
    }
    private enum Delivery { case queued, wakesUp, refused }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Has `item` done on the loop, after those posted before. From any thread. Returns false when the loop is gone.
    func post(_ item: Item, drain: @escaping @Sendable () -> Void) -> Bool {
        let delivery: Delivery = self.state.withLock { state in
            if state.isClosed { return .refused }
            state.items.append(item)
            if state.isWakeUpUnderWay || state.holds > 0 { return .queued }
            state.isWakeUpUnderWay = true
            return .wakesUp
        }
        if delivery == .wakesUp { self.eventLoop.execute(drain) }
        return delivery != .refused
    }

    /// Takes all items and leaves `empty` in their place, an array whose memory can be used again. On the loop.
    func take(leaving empty: consuming [Item]) -> [Item] {
        var items: [Item] = empty
        self.state.withLock { state in
            state.isWakeUpUnderWay = false
            swap(&items, &state.items)
        }
        return items
    }

    /// Keeps items until the matching `release`, whoever posts them.
    func hold() { self.state.withLock { $0.holds += 1 } }

    func release(drain: @escaping @Sendable () -> Void) {
        let wakesUp: Bool = self.state.withLock { state in
            precondition(state.holds > 0, "A mailbox is released that nobody holds.")
            state.holds -= 1
            guard state.holds == 0, !state.items.isEmpty, !state.isWakeUpUnderWay, !state.isClosed else { return false }
            state.isWakeUpUnderWay = true
            return true
        }
        if wakesUp { self.eventLoop.execute(drain) }
    }

    /// Refuses items from now on, returns those left. Before the loop is shut down.
    func close() -> [Item] {
        self.state.withLock { state in
            state.isClosed = true
            defer { state.items = [] }
            return state.items
        }
    }
}
