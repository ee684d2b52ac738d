internal import ApusBase
internal import ApusService
internal import Synchronization

/// The body of an answer that streams events: asks a source for one event at a time and frames it.
final class EventBody<Source: EventSource>: BodySource where Source.Event: EventShape {
    private enum Stage {
        /// What comes before all events.
        case beginning([UInt8])
        case running
        /// An error was sent, or the stream has ended.
        case over
    }
    private let stream: Source
    private let model: ServiceModel
    private let wire: WireProtocol
    private let stage: Mutex<Stage>

    init(_ stream: Source, first: [UInt8], model: ServiceModel, wire: WireProtocol) {
        self.stream = stream
        self.model = model
        self.wire = wire
        self.stage = Mutex(first.isEmpty ? .running : .beginning(first))
    }

    func next(_ deliver: @escaping @Sendable (BodyPart) -> Void) {
        let ready: BodyPart? = self.stage.withLock { stage in
            switch stage {
            case .beginning(let first):
                stage = .running
                return .bytes(first)
            case .running: return nil
            case .over: return .end
            }
        }
        if let ready { return deliver(ready) }
        self.stream.next { outcome in
            switch outcome {
            case .event(let event): deliver(.bytes(self.model.message(event, as: self.wire)))
            case .end: deliver(.end)
            case .failure(let error):
                self.stage.withLock { $0 = .over }
                deliver(.bytes(self.model.message(error.answer, as: self.wire)))
            }
        }
    }

    func cancel() { self.stream.cancel() }
    func wrapUp() { self.stream.wrapUp() }
}
