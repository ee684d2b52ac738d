import ApusBase

/// CBOR: what is read is the same when it was written and read again; skipping takes exactly what reading takes.
enum CBORTarget {
    indirect enum Tree: Equatable {
        case integer(Int64)
        /// By its bits, since no number equals NaN.
        case double(UInt64)
        case bool(Bool)
        case null
        case text([UInt8])
        case bytes([UInt8])
        case timestamp(Int64)
        case array([Tree])
        case map([Member])
    }
    struct Member: Equatable {
        var name: [UInt8]
        var value: Tree
    }

    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        let tree = Self.read(bytes)
        var skipper = CBORReader(bytes)
        let isSkipped: Bool
        do throws(CBORError) {
            try skipper.skipValue()
            try skipper.finish()
            isSkipped = true
        } catch {
            isSkipped = false
        }
        guard let tree else { return }
        try FuzzFailure.unless(isSkipped, "what can be read cannot be skipped")
        var writer = CBORWriter()
        Self.write(tree, to: &writer)
        try FuzzFailure.unless(Self.read(writer.bytes) == tree, "what was written reads differently")
    }

    private static func read(_ bytes: [UInt8]) -> Tree? {
        var reader = CBORReader(bytes)
        do throws(CBORError) {
            let tree = try Self.value(&reader)
            try reader.finish()
            return tree
        } catch {
            return nil
        }
    }

    private static func value(_ reader: inout CBORReader) throws(CBORError) -> Tree {
        switch try reader.peek() {
        case .integer: return .integer(try reader.readInt64())
        case .float:
            let value = try reader.readDouble()
            return .double(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
        case .bool: return .bool(try reader.readBool())
        case .text: return .text(Array(try reader.readString().utf8))
        case .bytes: return .bytes(try reader.readBytes())
        case .timestamp: return .timestamp(try reader.readTimestamp().milliseconds)
        case .null, .simple:
            try reader.readNull()
            return .null
        case .array:
            var elements: [Tree] = []
            try reader.beginArray()
            while try reader.nextElement() { elements.append(try Self.value(&reader)) }
            return .array(elements)
        case .map:
            var members: [Member] = []
            try reader.beginMap()
            while let name = try reader.nextKey() {
                members.append(Member(name: Array(name.utf8), value: try Self.value(&reader)))
            }
            return .map(members)
        }
    }

    private static func write(_ tree: Tree, to writer: inout CBORWriter) {
        switch tree {
        case .integer(let value): writer.int(Int(value))
        case .double(let bits): writer.double(Double(bitPattern: bits))
        case .bool(let value): writer.bool(value)
        case .null: writer.null()
        case .text(let text): writer.text(String(decoding: text, as: UTF8.self))
        case .bytes(let bytes): writer.byteString(bytes)
        case .timestamp(let milliseconds): writer.timestamp(Timestamp(milliseconds: milliseconds))
        case .array(let elements):
            writer.beginArray()
            for element in elements { Self.write(element, to: &writer) }
            writer.end()
        case .map(let members):
            writer.beginMap()
            for member in members {
                writer.text(String(decoding: member.name, as: UTF8.self))
                Self.write(member.value, to: &writer)
            }
            writer.end()
        }
    }
}
