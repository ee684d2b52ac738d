package import ApusBase

/// A header of a message in an event stream: a name and a value of one of nine types.
package struct EventStreamHeader: Sendable, Equatable {
    /// The types have the numbers of the encoding: true 0, false 1, byte 2 … UUID 9.
    package enum Value: Sendable, Equatable {
        case bool(Bool)
        case byte(Int8)
        case short(Int16)
        case integer(Int32)
        case long(Int64)
        /// At most 32,767 bytes.
        case bytes([UInt8])
        /// At most 32,767 bytes of UTF-8.
        case string(String)
        case timestamp(Timestamp)
        /// The sixteen bytes of a UUID.
        case uuid([UInt8])
    }

    /// From 1 to 255 bytes of UTF-8.
    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
