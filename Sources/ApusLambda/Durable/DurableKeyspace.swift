package import ApusBase
package import ApusStore

/// `4040, id`: a durable execution.
package struct DurableExecutionKey: StoreKey {
    package typealias Value = DurableRecord
    package static let tag = KeyTag.lambdaDurableExecution
    package var id: UInt64

    package init(id: UInt64) { self.id = id }
    package func encode(into encoder: inout KeyEncoder) { encoder.append(self.id) }
    package init(from decoder: inout KeyDecoder) throws(KeyError) { self.id = try decoder.readInteger() }
}

/// A key below an execution, by number.
package protocol DurablePartKey: StoreKey {
    var execution: UInt64 { get }
    var number: UInt64 { get }
    init(execution: UInt64, number: UInt64)
}

extension DurablePartKey {
    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.execution)
        encoder.append(self.number)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        let execution: UInt64 = try decoder.readInteger()
        self.init(execution: execution, number: try decoder.readInteger())
    }

    /// All of one execution.
    package static func all(_ execution: UInt64) -> KeyRange<Self> { Self.range { $0.append(execution) } }
}

/// `4041, execution, number`: what it began with (0) and what came of it (1).
package struct DurablePayloadKey: DurablePartKey {
    package typealias Value = DurablePayload
    package static let tag = KeyTag.lambdaDurablePayload
    package var execution: UInt64
    package var number: UInt64

    package init(execution: UInt64, number: UInt64) {
        self.execution = execution
        self.number = number
    }

    static func input(_ execution: UInt64) -> Self { Self(execution: execution, number: 0) }
    static func result(_ execution: UInt64) -> Self { Self(execution: execution, number: 1) }
}

/// A payload's text.
package struct DurablePayload: StoreValue, Equatable {
    package var text: String

    package init(text: String) { self.text = text }
    package func encode(into writer: inout RecordWriter) { writer.string(self.text) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.text = try reader.readString()
    }
}

/// `4042, execution, number`: an operation; numbers are in the order of their starts, from 1.
package struct DurableOperationKey: DurablePartKey {
    package typealias Value = DurableOperationRecord
    package static let tag = KeyTag.lambdaDurableOperation
    package var execution: UInt64
    package var number: UInt64

    package init(execution: UInt64, number: UInt64) {
        self.execution = execution
        self.number = number
    }
}

/// `4043, execution, id`: the number of an operation by the id that the SDK gave it.
package struct DurableOperationIDKey: StoreKey {
    package typealias Value = DurableNumber
    package static let tag = KeyTag.lambdaDurableOperationID
    package var execution: UInt64
    package var id: String

    package init(execution: UInt64, id: String) {
        self.execution = execution
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.execution)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.execution = try decoder.readInteger()
        self.id = try decoder.readString()
    }

    static func all(_ execution: UInt64) -> KeyRange<Self> { Self.range { $0.append(execution) } }
}

/// A number by itself.
package struct DurableNumber: StoreValue, Equatable {
    package var number: UInt64

    package init(_ number: UInt64) { self.number = number }
    package func encode(into writer: inout RecordWriter) { writer.uint(self.number) }
    package init(from reader: inout RecordReader, version: UInt8) throws(RecordError) {
        self.number = try reader.readUInt()
    }
}

/// `4044, execution, number`: an event of the history, from 1.
package struct DurableEventKey: DurablePartKey {
    package typealias Value = DurableEventRecord
    package static let tag = KeyTag.lambdaDurableEvent
    package var execution: UInt64
    package var number: UInt64

    package init(execution: UInt64, number: UInt64) {
        self.execution = execution
        self.number = number
    }
}

/// `4045, function, name`: the execution of a name that a caller gave.
package struct DurableNameKey: StoreKey {
    package typealias Value = DurableNumber
    package static let tag = KeyTag.lambdaDurableName
    package var function: UInt64
    package var name: String

    package init(function: UInt64, name: String) {
        self.function = function
        self.name = name
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.name)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.function = try decoder.readInteger()
        self.name = try decoder.readString()
    }
}

/// `4046, function, started (ms), id`: the executions of a function, in the order of their starts.
package struct DurableOfFunctionKey: StoreKey {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaDurableOfFunction
    package var function: UInt64
    package var started: Timestamp
    package var id: UInt64

    package init(function: UInt64, started: Timestamp, id: UInt64) {
        self.function = function
        self.started = started
        self.id = id
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.function)
        encoder.append(self.started.milliseconds)
        encoder.append(self.id)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.function = try decoder.readInteger()
        self.started = Timestamp(milliseconds: try decoder.readInt64())
        self.id = try decoder.readInteger()
    }

    static func all(_ function: UInt64) -> KeyRange<Self> { Self.range { $0.append(function) } }
}

/// `4047, due (ms), execution, operation`: a function is to run then; for the execution itself (operation 0), or for an
/// operation that invokes one that is not durable. Stays while it runs.
package struct DurableDueKey: StoreKey, Hashable {
    package typealias Value = Presence
    package static let tag = KeyTag.lambdaDurableDue
    package var due: Timestamp
    package var execution: UInt64
    package var operation: UInt64

    package init(due: Timestamp, execution: UInt64, operation: UInt64 = 0) {
        self.due = due
        self.execution = execution
        self.operation = operation
    }

    package func encode(into encoder: inout KeyEncoder) {
        encoder.append(self.due.milliseconds)
        encoder.append(self.execution)
        encoder.append(self.operation)
    }

    package init(from decoder: inout KeyDecoder) throws(KeyError) {
        self.due = Timestamp(milliseconds: try decoder.readInt64())
        self.execution = try decoder.readInteger()
        self.operation = try decoder.readInteger()
    }
}

/// `4048, execution, change`: the number of the operation to which something happened from outside, in the order of that.
package struct DurableChangeKey: DurablePartKey {
    package typealias Value = DurableNumber
    package static let tag = KeyTag.lambdaDurableChange
    package var execution: UInt64
    package var number: UInt64

    package init(execution: UInt64, number: UInt64) {
        self.execution = execution
        self.number = number
    }
}
