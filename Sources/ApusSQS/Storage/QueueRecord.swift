package import ApusBase
internal import ApusStore

/// A queue's settings.
///
/// | bytes | what |
/// | --- | --- |
/// | 1 | version |
/// | uint | id |
/// | byte | flags: 1 FIFO, 2 content-based deduplication, 4 per group, 8 throughput per group, 16 managed encryption |
/// | time, time | created, modified |
/// | uint × 5 | visibility time-out s, maximum bytes, retention s, delay s, receive wait s |
/// | optional string | policy |
/// | optional (string, uint) | dead-letter queue's ARN, receives |
/// | byte, strings | redrive-allow: 0 none, 1 allow all, 2 deny all, 3 by queue, then the ARNs |
/// | optional uint | data key reuse s |
/// | optional time | last purge |
package struct QueueRecord: StoreValue, Equatable {
    package let id: QueueID
    package var created: Timestamp
    package var modified: Timestamp
    package var attributes: QueueAttributes
    package var purged: Timestamp?

    package init(id: QueueID, created: Timestamp, attributes: QueueAttributes) {
        self.id = id
        self.created = created
        self.modified = created
        self.attributes = attributes
    }

    package func encode(into writer: inout RecordWriter) {
        let attributes = self.attributes
        writer.uint(self.id.number)
        writer.byte(self.flags)
        writer.timestamp(self.created)
        writer.timestamp(self.modified)
        writer.uint(UInt64(attributes.visibilityTimeoutSeconds))
        writer.uint(UInt64(attributes.maximumMessageBytes))
        writer.uint(UInt64(attributes.retentionSeconds))
        writer.uint(UInt64(attributes.delaySeconds))
        writer.uint(UInt64(attributes.receiveWaitSeconds))
        writer.optional(attributes.policy) { writer, policy in writer.string(policy) }
        writer.optional(attributes.redrive) { writer, redrive in
            writer.string(redrive.target)
            writer.uint(UInt64(redrive.maximumReceives))
        }
        switch attributes.redriveAllow {
        case nil: writer.byte(0)
        case .allowAll: writer.byte(1)
        case .denyAll: writer.byte(2)
        case .byQueue(let sources):
            writer.byte(3)
            writer.strings(sources)
        }
        writer.optional(attributes.dataKeyReuseSeconds) { writer, seconds in writer.uint(UInt64(seconds)) }
        writer.optional(self.purged) { writer, time in writer.timestamp(time) }
    }

    private var flags: UInt8 {
        var flags: UInt8 = self.attributes.kind == .fifo ? 1 : 0
        if self.attributes.contentBasedDeduplication == .on { flags |= 2 }
        if self.attributes.deduplicationScope == .messageGroup { flags |= 4 }
        if self.attributes.throughputLimit == .perMessageGroupID { flags |= 8 }
        if self.attributes.managedEncryption == .on { flags |= 16 }
        return flags
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.id = QueueID(try reader.readUInt())
        let flags = try reader.readByte()
        self.created = try reader.readTimestamp()
        self.modified = try reader.readTimestamp()
        var attributes = QueueAttributes(flags & 1 == 0 ? .standard : .fifo)
        attributes.contentBasedDeduplication = flags & 2 == 0 ? .off : .on
        attributes.deduplicationScope = flags & 4 == 0 ? .queue : .messageGroup
        attributes.throughputLimit = flags & 8 == 0 ? .perQueue : .perMessageGroupID
        attributes.managedEncryption = flags & 16 == 0 ? .off : .on
        attributes.visibilityTimeoutSeconds = Int(truncatingIfNeeded: try reader.readUInt())
        attributes.maximumMessageBytes = Int(truncatingIfNeeded: try reader.readUInt())
        attributes.retentionSeconds = Int(truncatingIfNeeded: try reader.readUInt())
        attributes.delaySeconds = Int(truncatingIfNeeded: try reader.readUInt())
        attributes.receiveWaitSeconds = Int(truncatingIfNeeded: try reader.readUInt())
        if try reader.readBool() { attributes.policy = try reader.readString() }
        if try reader.readBool() {
            let target = try reader.readString()
            let receives = Int(truncatingIfNeeded: try reader.readUInt())
            attributes.redrive = RedrivePolicy(target: target, maximumReceives: receives)
        }
        switch try reader.readByte() {
        case 0: break
        case 1: attributes.redriveAllow = .allowAll
        case 2: attributes.redriveAllow = .denyAll
        case 3: attributes.redriveAllow = .byQueue(try reader.readStrings())
        default: throw reader.error(.invalidValue)
        }
        if try reader.readBool() { attributes.dataKeyReuseSeconds = Int(truncatingIfNeeded: try reader.readUInt()) }
        self.attributes = attributes
        if try reader.readBool() { self.purged = try reader.readTimestamp() }
    }
}
