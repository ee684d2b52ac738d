package import ApusBase
package import ApusStore

/// A durable timer: `tag, due (ms, UInt64), number (UInt64)`.
package struct TimerKey: StoreKey {
    package typealias Value = TimerRecord
    package static let tag = KeyTag.timer
    package var due: Timestamp
    /// Random: tells timers of the same millisecond apart.
    package var number: UInt64

    package init(due: Timestamp, number: UInt64) {
        self.due = due
        self.number = number
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.due.milliseconds)
        encoder.append(self.number)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.due = Timestamp(milliseconds: try decoder.readInt64())
        self.number = try decoder.readInteger()
    }
}

/// What to do when the time comes.
package struct TimerRecord: StoreValue, Equatable {
    package var kind: UInt16
    package var payload: [UInt8]

    package init(kind: UInt16, payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    package func encode(into writer: inout RecordWriter) {
        writer.uint(UInt64(self.kind))
        writer.blob(self.payload)
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.kind = UInt16(truncatingIfNeeded: try reader.readUInt())
        self.payload = try reader.readBlob()
    }
}

/// Every kind of timer of the product. Assigned once, never reused.
package enum TimerKind: UInt16, CaseIterable, Sendable {
    /// Lambda: an asynchronous invocation is due. Payload: its id.
    case lambdaInvocation = 0x4001
    /// Lambda: something in a durable execution is due. Payload: a `DurableTimer`.
    case lambdaDurable = 0x4002
}
