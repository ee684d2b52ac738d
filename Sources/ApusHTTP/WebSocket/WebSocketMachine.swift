internal import ApusWire

/// What one WebSocket has received, and what is to be done about it (RFC 6455 §5, §7). Frames in, steps out; it knows no
/// socket and no clock.
struct WebSocketMachine {
    enum Opcode { case continuation, text, binary, close, ping, pong, reserved }
    struct Frame {
        var opcode: Opcode
        var isFinal = true
        var isMasked = true
        var hasReservedBits = false
        var payload: [UInt8]
    }
    enum Step: Equatable {
        case nothing
        case deliver(WebSocketMessage)
        case pong([UInt8])
        /// The peer said goodbye; to be echoed. `code` is nil where it gave none.
        case goodbye(code: UInt16?)
        /// The peer broke the rules: say so and close.
        case fail(code: UInt16, reason: String)
    }
    private struct Partial {
        var isText: Bool
        var bytes: [UInt8]
        var frames: Int
    }

    /// Of one message, however many frames it comes in.
    let messageBytes: Int
    /// A message in more frames than this is an attack on memory or processor: even API Gateway's smallest frames need fewer.
    private static let framesPerMessage = 4_096
    private var partial: Partial?
    private var isOver = false

    init(messageBytes: Int) { self.messageBytes = messageBytes }

    /// Bytes of the message that is coming in.
    var heldBytes: Int { self.partial?.bytes.count ?? 0 }

    mutating func receive(_ frame: consuming Frame) -> Step {
        if self.isOver { return .nothing }
        let step = self.step(for: frame)
        switch step {
        case .goodbye, .fail:
            self.isOver = true
            self.partial = nil
        case .nothing, .deliver, .pong: break
        }
        return step
    }

    private mutating func step(for frame: Frame) -> Step {
        // §5.1: a client masks all its frames. No extension is ever agreed on, so reserved bits mean nothing.
        if !frame.isMasked { return .fail(code: 1002, reason: "a frame is not masked") }
        if frame.hasReservedBits { return .fail(code: 1002, reason: "a reserved bit is set") }
        switch frame.opcode {
        case .reserved: return .fail(code: 1002, reason: "an unknown kind of frame")
        case .ping, .pong, .close:
            guard frame.isFinal, frame.payload.count <= 125 else {
                return .fail(code: 1002, reason: "a control frame is too long or in pieces")
            }
            switch frame.opcode {
            case .ping: return .pong(frame.payload)
            case .close: return Self.goodbye(frame.payload)
            default: return .nothing
            }
        case .text, .binary:
            if self.partial != nil { return .fail(code: 1002, reason: "a message begins within another one") }
            if frame.payload.count > self.messageBytes { return .fail(code: 1009, reason: "the message is too long") }
            let whole = Partial(isText: frame.opcode == .text, bytes: frame.payload, frames: 1)
            if frame.isFinal { return Self.delivery(whole) }
            self.partial = whole
            return .nothing
        case .continuation:
            guard var whole = self.partial else {
                return .fail(code: 1002, reason: "a frame continues a message that did not begin")
            }
            self.partial = nil
            if whole.bytes.count + frame.payload.count > self.messageBytes || whole.frames == Self.framesPerMessage {
                return .fail(code: 1009, reason: "the message is too long")
            }
            whole.bytes += frame.payload
            whole.frames += 1
            if frame.isFinal { return Self.delivery(whole) }
            self.partial = whole
            return .nothing
        }
    }

    private static func delivery(_ whole: Partial) -> Step {
        guard whole.isText else { return .deliver(.binary(whole.bytes)) }
        guard let text = String(validating: whole.bytes, as: UTF8.self) else {
            return .fail(code: 1007, reason: "the text is not UTF-8")
        }
        return .deliver(.text(text))
    }

    private static func goodbye(_ payload: [UInt8]) -> Step {
        if payload.isEmpty { return .goodbye(code: nil) }
        guard payload.count >= 2 else { return .fail(code: 1002, reason: "half a close code") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard Self.mayBeSent(code) else { return .fail(code: 1002, reason: "a close code that may not be sent") }
        guard String(validating: payload[2...], as: UTF8.self) != nil else {
            return .fail(code: 1007, reason: "the reason is not UTF-8")
        }
        return .goodbye(code: code)
    }

    /// §7.4: 1004 to 1006 and 1015 never travel; below 1000 and from 1016 to 2999 nothing is defined.
    static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
