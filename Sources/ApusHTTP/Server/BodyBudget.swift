internal import Synchronization

/// The bytes of bodies that all connections of a server together hold: of requests that are coming in or not answered yet.
/// What one connection may hold is bounded by `HTTPLimits`; this bounds many of them.
final class BodyBudget: Sendable {
    let limit: Int
    private let count = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    var held: Int { self.count.load(ordering: .relaxed) }

    /// Notes that so many bytes more are held, or (negative) fewer.
    func add(_ bytes: Int) { self.count.add(bytes, ordering: .relaxed) }

    /// Whether so many bytes beside those noted are too many.
    func isExceeded(by bytes: Int) -> Bool { self.held + bytes > self.limit }
}
