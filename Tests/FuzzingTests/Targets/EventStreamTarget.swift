import ApusBase
import ApusWire

/// Event streams: however the bytes are cut, the same messages come out, and a message is written byte by byte as it was.
///
/// The first byte cuts the rest; an odd one puts a frame with right checksums around it, which chance would not find.
enum EventStreamTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        guard let first = bytes.first else { return }
        let stream = first % 2 == 0 ? Array(bytes.dropFirst()) : Self.frame(Array(bytes.dropFirst()))
        let whole = Self.decode(stream, step: max(1, stream.count))
        let pieces = Self.decode(stream, step: 1 + Int(first / 2) % 16)
        try FuzzFailure.unless(
            whole.messages == pieces.messages && whole.error == pieces.error, "a cut changes the messages")
        let written = whole.messages.flatMap { $0.encoded() }
        try FuzzFailure.unless(stream.starts(with: written), "a message is written differently")
    }

    private static func decode(_ bytes: [UInt8], step: Int) -> (
        messages: [EventStreamMessage], error: EventStreamError?
    ) {
        var decoder = EventStreamDecoder()
        var messages: [EventStreamMessage] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + step, bytes.count)
            decoder.append(Array(bytes[start..<end]))
            start = end
            do throws(EventStreamError) {
                while let message = try decoder.next() { messages.append(message) }
            } catch {
                return (messages, error)
            }
        }
        return (messages, nil)
    }

    /// A message whose headers are the first half of `content`, unchecked, and whose payload is the rest.
    private static func frame(_ content: [UInt8]) -> [UInt8] {
        let headers = content.isEmpty ? 0 : min(content.count - 1, Int(content[0]))
        let body = content.dropFirst()
        var frame = Self.bytes(UInt32(16 + body.count)) + Self.bytes(UInt32(headers))
        frame += Self.bytes(Digest.crc32(frame))
        frame += body
        return frame + Self.bytes(Digest.crc32(frame))
    }

    private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
