/// What one event of an operation's stream carries: a union of the model whose members are events. Generated types conform.
package protocol EventShape: Sendable, Equatable {
    /// The member's name, which is the type of the event.
    var eventType: String { get }

    /// Writes the structure that is the event's payload.
    func encodeEvent<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer)

    /// The whole payload of an event that is nothing but bytes (`eventpayload`); nil where the payload is a structure.
    var eventBlob: [UInt8]? { get }
}

extension EventShape {
    package var eventBlob: [UInt8]? { nil }
}
