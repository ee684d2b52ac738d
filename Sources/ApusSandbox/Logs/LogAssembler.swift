internal import Glibc

/// Cuts an environment's output into log records, without I/O: bytes in, records out.
///
/// A record is a line, or a frame of our own bootstraps: FF A5 (never part of UTF-8 text), four bytes of length, text of any
/// number of lines. Longer lines and frames than `SandboxLimits.logLineBytes` come in pieces. An unfinished line is handed out
/// by `flush`.
package struct LogAssembler: Sendable {
    private static let frameHeader = 6

    private enum State: Sendable {
        case line
        /// Part of a frame's header has come.
        case header
        case frame(remaining: Int)
    }

    private var state: State = .line
    private var partial: [UInt8] = []
    private let limit: Int

    package init(limit: Int = SandboxLimits.logLineBytes) { self.limit = limit }

    /// Takes output and hands each record that it completes to `emit`, without its line feed.
    package mutating func append(_ bytes: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch self.state {
            case .line: self.takeLine(&rest, emit)
            case .header: self.takeHeader(&rest)
            case .frame(let remaining): self.takeFrame(&rest, remaining, emit)
            }
        }
    }

    /// Hands out what has come of an unfinished line: the invocation or the environment has ended.
    package mutating func flush(emit: (UnsafeRawBufferPointer) -> Void) {
        if !self.partial.isEmpty, case .line = self.state { self.emitPartial(emit) }
    }

    private mutating func takeLine(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        if self.partial.isEmpty, rest.first == 0xFF {
            self.state = .header
            return
        }
        let room = self.limit - self.partial.count
        let window = rest.prefix(room)
        guard let stop = Self.endOfLine(window) else {
            self.partial.append(contentsOf: window)
            rest = rest[window.endIndex...]
            if self.partial.count >= self.limit { self.emitPartial(emit) }
            return
        }
        if self.partial.isEmpty {
            if rest[stop] == 10 {
                emit(UnsafeRawBufferPointer(rebasing: rest[..<stop]))
            } else {
                self.partial.append(contentsOf: rest[..<stop])
                self.emitPartial(emit)
            }
        } else {
            self.partial.append(contentsOf: rest[..<stop])
            self.emitPartial(emit)
        }
        rest = rest[stop] == 10 ? rest[(stop + 1)...] : rest[stop...]
    }

    /// Where the next line feed is, or the next frame: one may begin in the middle of a line that has no line feed yet.
    private static func endOfLine(_ window: Slice<UnsafeRawBufferPointer>) -> Int? {
        let bytes = UnsafeRawBufferPointer(rebasing: window)
        guard let base = bytes.baseAddress else { return nil }
        let feed = memchr(base, 10, bytes.count).map { base.distance(to: UnsafeRawPointer($0)) }
        let frame = memchr(base, 0xFF, feed ?? bytes.count).map { base.distance(to: UnsafeRawPointer($0)) }
        return (frame ?? feed).map { window.startIndex + $0 }
    }

    private mutating func takeHeader(_ rest: inout Slice<UnsafeRawBufferPointer>) {
        while self.partial.count < Self.frameHeader, let byte = rest.popFirst() {
            self.partial.append(byte)
            if self.partial.count == 2, byte != 0xA5 {
                // Not a frame: some text that is not UTF-8. It is kept as the start of a line.
                self.state = .line
                return
            }
        }
        guard self.partial.count == Self.frameHeader else { return }
        let length = self.partial[2...].reduce(0) { $0 << 8 | Int($1) }
        self.partial.removeAll(keepingCapacity: true)
        self.state = length == 0 ? .line : .frame(remaining: length)
    }

    private mutating func takeFrame(
        _ rest: inout Slice<UnsafeRawBufferPointer>, _ remaining: Int, _ emit: (UnsafeRawBufferPointer) -> Void
    ) {
        let taken = min(remaining, rest.count, self.limit - self.partial.count)
        self.partial.append(contentsOf: rest.prefix(taken))
        rest = rest.dropFirst(taken)
        let left = remaining - taken
        self.state = left == 0 ? .line : .frame(remaining: left)
        if left == 0 || self.partial.count >= self.limit { self.emitPartial(emit) }
    }

    private mutating func emitPartial(_ emit: (UnsafeRawBufferPointer) -> Void) {
        self.partial.withUnsafeBytes(emit)
        self.partial.removeAll(keepingCapacity: self.partial.count <= 4096)
    }
}
