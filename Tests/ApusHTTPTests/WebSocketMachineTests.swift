import ApusWire
import Testing

@testable import ApusHTTP

struct WebSocketMachineTests {
    typealias Machine = WebSocketMachine
    typealias Frame = WebSocketMachine.Frame

    private static func text(_ text: String, isFinal: Bool = true) -> Frame {
        Frame(opcode: .text, isFinal: isFinal, payload: Array(text.utf8))
    }
    private static func more(_ bytes: [UInt8], isFinal: Bool = true) -> Frame {
        Frame(opcode: .continuation, isFinal: isFinal, payload: bytes)
    }

    @Test func `a message comes in one frame or in several, with pings between`() {
        var machine = Machine(messageBytes: 100)
        #expect(machine.receive(Self.text("hi")) == .deliver(.text("hi")))
        #expect(machine.receive(Frame(opcode: .binary, isFinal: false, payload: [1])) == .nothing)
        #expect(machine.receive(Frame(opcode: .ping, payload: [9])) == .pong([9]))
        #expect(machine.receive(Self.more([2], isFinal: false)) == .nothing)
        #expect(machine.heldBytes == 2)
        #expect(machine.receive(Frame(opcode: .pong, payload: [])) == .nothing)
        #expect(machine.receive(Self.more([3])) == .deliver(.binary([1, 2, 3])))
        #expect(machine.heldBytes == 0)
    }

    @Test func `a character may be cut by frames, but must be whole in the end`() {
        var machine = Machine(messageBytes: 100)
        let euro = Array("€".utf8)
        #expect(machine.receive(Frame(opcode: .text, isFinal: false, payload: Array(euro[..<1]))) == .nothing)
        #expect(machine.receive(Self.more(Array(euro[1...]))) == .deliver(.text("€")))
        #expect(machine.receive(Frame(opcode: .text, payload: Array(euro[..<1]))).code == 1007)
    }

    /// RFC 6455 §5, §7.4.1 and §8.1.
    private static let broken: [(frame: Frame, code: UInt16)] = [
        (Frame(opcode: .text, isMasked: false, payload: []), UInt16(1002)),
        (Frame(opcode: .text, hasReservedBits: true, payload: []), 1002),
        (Frame(opcode: .reserved, payload: []), 1002),
        (Frame(opcode: .continuation, payload: []), 1002),
        (Frame(opcode: .ping, isFinal: false, payload: []), 1002),
        (Frame(opcode: .ping, payload: [UInt8](repeating: 1, count: 126)), 1002),
        (Frame(opcode: .binary, payload: [UInt8](repeating: 1, count: 101)), 1009),
        (Frame(opcode: .text, payload: [0xFF]), 1007),
        (Frame(opcode: .text, payload: [0xED, 0xA0, 0x80]), 1007),
        (Frame(opcode: .close, payload: [3]), 1002),
        (Frame(opcode: .close, payload: [3, 0xE7]), 1002),
        (Frame(opcode: .close, payload: [3, 0xED]), 1002),
        (Frame(opcode: .close, payload: [3, 0xE8, 0xFF]), 1007),
    ]

    @Test(arguments: Self.broken)
    func `what breaks the rules is answered with their code`(frame: Frame, code: UInt16) {
        var machine = Machine(messageBytes: 100)
        #expect(machine.receive(frame).code == code)
        #expect(machine.receive(Self.text("after")) == .nothing)
    }

    @Test func `a message may not begin within another, nor grow without end`() {
        var machine = Machine(messageBytes: 100)
        _ = machine.receive(Self.text("a", isFinal: false))
        #expect(machine.receive(Self.text("b")).code == 1002)
        machine = Machine(messageBytes: 100)
        _ = machine.receive(Self.text("a", isFinal: false))
        #expect(machine.receive(Self.more([UInt8](repeating: 65, count: 100))).code == 1009)
        machine = Machine(messageBytes: 100)
        _ = machine.receive(Self.text("", isFinal: false))
        let steps = (0..<5_000).map { _ in machine.receive(Self.more([], isFinal: false)) }
        #expect(steps.contains { $0.code == 1009 })
    }

    @Test func `a goodbye has a code or none`() {
        var machine = Machine(messageBytes: 100)
        #expect(machine.receive(Frame(opcode: .close, payload: [])) == .goodbye(code: nil))
        machine = Machine(messageBytes: 100)
        #expect(
            machine.receive(Frame(opcode: .close, payload: [0x0F, 0xA1] + Array("bye".utf8))) == .goodbye(code: 4001))
    }
}

extension WebSocketMachine.Step {
    fileprivate var code: UInt16? { if case .fail(let code, _) = self { code } else { nil } }
}
