package import ApusBase
package import ApusStore

/// `4010, id`: an event that waits for its asynchronous invocation. `id` is random.
package struct InvocationKey: StoreKey {
    package typealias Value = InvocationRecord
    package static let tag = KeyTag.lambdaInvocation
    package var id: UInt64

    package init(id: UInt64) { self.id = id }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.id) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readInteger() }
}

/// `4011, due (ms), id`: when an event is to be tried next.
package struct InvocationDueKey: StoreKey {
    package typealias Value = DueEvent
    package static let tag = KeyTag.lambdaInvocationDue
    package var due: Timestamp
    package var id: UInt64

    package init(due: Timestamp, id: UInt64) {
        self.due = due
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.due.milliseconds)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.due = Timestamp(milliseconds: try decoder.readInt64())
        self.id = try decoder.readInteger()
    }
}

/// Whose event is due, so that one function's events can be passed over without reading them.
package struct DueEvent: StoreValue, Equatable {
    /// nil: written by version 1, which did not say.
    package var function: UInt64?

    package static var version: UInt8 { 2 }

    package init(function: UInt64?) { self.function = function }

    package func encode(into writer: inout RecordWriter) { writer.optional(self.function) { $0.uint($1) } }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        guard version >= 2 else { return }
        self.function = try reader.readOptional { (reader) throws(RecordError) in try reader.readUInt() }
    }
}

/// `4012, function, id`: the events of one function, so that they go when it goes. Events of earlier releases have none.
package struct InvocationOfFunctionKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaInvocationOfFunction
    package var function: UInt64
    package var id: UInt64

    package init(function: UInt64, id: UInt64) {
        self.function = function
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.function = try decoder.readInteger()
        self.id = try decoder.readInteger()
    }

    package static func all(_ function: UInt64) -> KeyRange<InvocationOfFunctionKey> {
        Self.range { $0.append(function) }
    }
}

/// An event on its way to a function, with what came of it so far.
package struct InvocationRecord: StoreValue, Equatable {
    package var account: String
    package var region: String
    package var functionName: String
    /// Of the function's record: one made again under the same name does not get the old one's events.
    package var function: UInt64
    /// Of the Invoke that sent the event, and of every delivery.
    package var requestID: String
    package var clientContext: String?
    package var enqueued: Timestamp
    package var due: Timestamp
    /// Deliveries that the function answered with an error.
    package var functionErrors: Int
    /// Deliveries that did not reach the function, one after the other.
    package var systemErrors: Int
    package var payload: [UInt8]
    /// The version or alias that was named; nil: the function alone. Since version 2.
    package var qualifier: String?
    /// The trace header that the event came with. Since version 2.
    package var trace: String?
    /// Whose the event is, where the function isolates tenants. Since version 3.
    package var tenant: String?

    package static var version: UInt8 { 3 }

    package init(
        function key: FunctionKey, id: UInt64, qualifier: String? = nil, event: IncomingEvent, enqueued: Timestamp
    ) {
        self.account = key.account
        self.region = key.region
        self.functionName = key.name
        self.function = id
        self.requestID = event.requestID
        self.clientContext = event.clientContext
        self.enqueued = enqueued
        self.due = enqueued
        self.functionErrors = 0
        self.systemErrors = 0
        self.payload = event.payload
        self.trace = event.trace
        self.tenant = event.tenant
        self.qualifier = qualifier
    }

    package func encode(into writer: inout RecordWriter) {
        writer.string(self.account)
        writer.string(self.region)
        writer.string(self.functionName)
        writer.uint(self.function)
        writer.string(self.requestID)
        writer.optional(self.clientContext) { $0.string($1) }
        writer.timestamp(self.enqueued)
        writer.timestamp(self.due)
        writer.int(self.functionErrors)
        writer.int(self.systemErrors)
        writer.blob(self.payload)
        writer.optional(self.qualifier) { $0.string($1) }
        writer.optional(self.trace) { $0.string($1) }
        writer.optional(self.tenant) { $0.string($1) }
    }

    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.account = try reader.readString()
        self.region = try reader.readString()
        self.functionName = try reader.readString()
        self.function = try reader.readUInt()
        self.requestID = try reader.readString()
        self.clientContext = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.enqueued = try reader.readTimestamp()
        self.due = try reader.readTimestamp()
        self.functionErrors = Int(try reader.readInt())
        self.systemErrors = Int(try reader.readInt())
        self.payload = try reader.readBlob()
        guard version >= 2 else { return }
        self.qualifier = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        self.trace = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
        guard version >= 3 else { return }
        self.tenant = try reader.readOptional { (reader) throws(RecordError) in try reader.readString() }
    }

    /// The event as it came.
    package var event: IncomingEvent {
        IncomingEvent(
            payload: self.payload, requestID: self.requestID, clientContext: self.clientContext,
            trace: self.trace, tenant: self.tenant)
    }

    /// What is set for such events: of the version or alias that was named, else of `$LATEST`.
    package var settingsKey: EventInvokeKey {
        EventInvokeKey(function: self.function, qualifier: self.qualifier ?? "$LATEST")
    }

    package var functionKey: FunctionKey {
        FunctionKey(account: self.account, region: self.region, name: self.functionName)
    }
}
