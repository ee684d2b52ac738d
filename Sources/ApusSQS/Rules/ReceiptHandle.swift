internal import ApusBase
internal import ApusService

/// What a consumer shows to delete a message or to change its visibility.
///
/// 33 bytes in Base64: 01 01 01 (so that it begins with `AQEB`), the queue's id (8), the message's sequence (8), the
/// number of the receive (4), the message's secret (8), and the low half of the CRC-32 of all before it (2); integers
/// big end first.
///
/// The secret is made at the first receive and kept with the message, so a handle cannot be forged from what a sender
/// or an onlooker knows; the checksum tells a handle that was once given out, of a message now gone, from a made-up
/// text. A MAC with a key of the server was the alternative: a microsecond for each message, to protect messages that
/// no longer exist.
package struct ReceiptHandle: Equatable, Sendable {
    package var queue: QueueID
    package var sequence: UInt64
    package var receives: UInt32
    package var secret: UInt64
    private static let count = 33

    package init(queue: QueueID, sequence: UInt64, receives: UInt32, secret: UInt64) {
        self.queue = queue
        self.sequence = sequence
        self.receives = receives
        self.secret = secret
    }

    package var text: String {
        var bytes: [UInt8] = [1, 1, 1]
        bytes.reserveCapacity(Self.count)
        Self.append(self.queue.number, to: &bytes)
        Self.append(self.sequence, to: &bytes)
        Self.append(self.receives, to: &bytes)
        Self.append(self.secret, to: &bytes)
        Self.append(UInt16(truncatingIfNeeded: Digest.crc32(bytes)), to: &bytes)
        return Base64.encode(bytes)
    }

    /// nil when `text` is no handle that was ever given out.
    package init?(_ text: String) {
        guard text.utf8.count == 44, let bytes = Base64.decode(text), bytes.count == Self.count else { return nil }
        guard bytes[0] == 1, bytes[1] == 1, bytes[2] == 1 else { return nil }
        let checksum: UInt16 = Self.read(bytes, 31)
        guard checksum == UInt16(truncatingIfNeeded: Digest.crc32(Array(bytes[..<31]))) else { return nil }
        self.queue = QueueID(Self.read(bytes, 3))
        self.sequence = Self.read(bytes, 11)
        self.receives = Self.read(bytes, 19)
        self.secret = Self.read(bytes, 23)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func read<Integer: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int) -> Integer {
        var value: Integer = 0
        for index in offset..<offset + Integer.bitWidth / 8 { value = value << 8 | Integer(bytes[index]) }
        return value
    }
}
