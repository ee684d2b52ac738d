internal import ApusBase
internal import ApusService
internal import NIOCore

/// The telemetry of one environment: hands what happens to those who have subscribed. Confined to the runner's event loop.
///
/// What happens before the first subscription is kept, bounded, until the initialisation is over: extensions hear of it too.
final class TelemetryHub {
    /// What is kept for those who are yet to subscribe.
    private static let earlyEvents = 1000

    private enum Happening {
        case platform(PlatformEvent)
        case line(TelemetrySubscription.Stream, String)
    }
    private var subscribers: [String: TelemetrySender] = [:]
    private var early: [(Happening, Timestamp)]? = []
    private let isJSON: Bool
    private let eventLoop: any EventLoop
    private let clock: any Clock
    /// Whose listener may be connected to; nil: anybody's.
    var user: UInt32?
    /// Where their listeners are; nil: in the host's network.
    var network: EnvironmentNetwork?

    init(logging: FunctionLogging, eventLoop: any EventLoop, clock: any Clock) {
        self.isJSON = logging.format == .json
        self.eventLoop = eventLoop
        self.clock = clock
    }

    /// By which API an extension has subscribed; nil: it has not. "After subscribing using one of these APIs, any attempt to
    /// subscribe using the other API returns an error."
    func api(of identifier: String) -> TelemetrySubscription.API? { self.subscribers[identifier]?.subscription.api }

    /// A second subscription of an extension takes the place of its first. "Duplicate subscribe requests do not result in duplicate
    /// subscriptions."
    func subscribe(_ identifier: String, _ subscription: TelemetrySubscription) {
        guard self.subscribers[identifier]?.subscription != subscription else { return }
        let sender = TelemetrySender(
            subscription, user: self.user, network: self.network, eventLoop: self.eventLoop, clock: self.clock)
        self.subscribers[identifier]?.close()
        self.subscribers[identifier] = sender
        for (happening, time) in self.early ?? [] { self.hand(happening, at: time, to: sender) }
    }

    func platform(_ event: PlatformEvent, at time: Timestamp) { self.happened(.platform(event), at: time) }

    func line(_ stream: TelemetrySubscription.Stream, _ text: String, at time: Timestamp) {
        self.happened(.line(stream, text), at: time)
    }

    /// No subscription comes any more.
    func initialisationIsOver() { self.early = nil }

    /// The environment ends: what waits is sent now.
    func flush() { for sender in self.subscribers.values { sender.finish() } }

    func close() {
        for sender in self.subscribers.values { sender.close() }
        self.subscribers = [:]
        self.early = nil
    }

    private func happened(_ happening: Happening, at time: Timestamp) {
        for sender in self.subscribers.values { self.hand(happening, at: time, to: sender) }
        if let count = self.early?.count, count < Self.earlyEvents { self.early?.append((happening, time)) }
    }

    private func hand(_ happening: Happening, at time: Timestamp, to sender: TelemetrySender) {
        let subscription = sender.subscription
        switch happening {
        case .platform(let event):
            guard subscription.streams.contains(.platform) else { return }
            switch subscription.api {
            case .logs: for bytes in event.logsJSON(at: time, for: subscription) { sender.add(bytes) }
            case .telemetry:
                if case .timedOut = event { return }
                sender.add(event.json(at: time))
            }
        case .line(let stream, let text):
            guard subscription.streams.contains(stream) else { return }
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("time")
            writer.string(time.iso8601)
            writer.key("type")
            writer.string(stream.rawValue)
            writer.key("record")
            let bytes = Array(text.utf8)
            // "If the log format is JSON, the record is an object."
            if self.isJSON, bytes.first == UInt8(ascii: "{"), (try? JSONValue(parsing: bytes)) != nil {
                writer.raw(bytes)
            } else {
                writer.string(text)
            }
            writer.endObject()
            sender.add(writer.bytes)
        }
    }
}
