package import ApusBase

/// Reads shapes from JSON: the bodies of AWS JSON 1.0 and 1.1 and of REST-JSON.
package struct JSONShapeReader: ShapeReader, ~Copyable {
    private var json: JSONReader
    private var timestampFormat: TimestampFormat = .protocolDefault
    private(set) var trail = Trail()

    /// An empty body is read as an empty object, as AWS does.
    package init(_ body: [UInt8]) {
        self.json = JSONReader(body.isEmpty ? [UInt8(ascii: "{"), UInt8(ascii: "}")] : body)
    }

    /// Checks that nothing follows what was read.
    package mutating func finish() throws(WireError) {
        do throws(JSONError) { try self.json.finish() } catch { throw Self.malformed(error) }
    }

    package mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        do throws(JSONError) { try self.json.beginObject() } catch { throw self.mismatch(error, nil) }
        self.trail.enterStructure(table)
    }

    package mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        do throws(JSONError) {
            while let index = try self.json.nextMember(of: table.names) {
                if index == JSONNames.unknown {
                    try self.json.skipValue()
                } else if try !self.json.skipNull() {
                    self.trail.advance(table, index)
                    self.timestampFormat = table.timestampFormats[index]
                    return index
                }
            }
        } catch {
            throw Self.malformed(error)
        }
        self.trail.leave()
        return nil
    }

    /// Notes that what comes is the value of a member that is the whole body.
    mutating func enterPayload(_ table: MemberTable, _ index: Int) {
        self.trail.enterStructure(table)
        self.trail.advance(table, index)
    }

    /// Passes the value of the member just answered.
    mutating func skipValue() throws(WireError) {
        do throws(JSONError) { try self.json.skipValue() } catch { throw Self.malformed(error) }
    }

    package mutating func beginList() throws(WireError) {
        do throws(JSONError) { try self.json.beginArray() } catch { throw self.mismatch(error, nil) }
        self.trail.enterList()
    }

    package mutating func nextElement() throws(WireError) -> Bool {
        do throws(JSONError) {
            while try self.json.nextElement() {
                self.trail.advanceElement()
                if try !self.json.skipNull() { return true }
            }
        } catch {
            throw Self.malformed(error)
        }
        self.trail.leave()
        return false
    }

    package mutating func beginMap() throws(WireError) {
        do throws(JSONError) { try self.json.beginObject() } catch { throw self.mismatch(error, nil) }
        self.trail.enterMap()
    }

    package mutating func nextKey() throws(WireError) -> String? {
        do throws(JSONError) {
            while let key = try self.json.nextKey() {
                if try self.json.skipNull() { continue }
                self.trail.advance(key: key)
                return key
            }
        } catch {
            throw Self.malformed(error)
        }
        self.trail.leave()
        return nil
    }

    package mutating func recordMissing(_ table: MemberTable, _ index: Int) {
        self.trail.recordMissing(table.members[index])
    }

    // MARK: Values

    package mutating func readString() throws(WireError) -> String {
        do throws(JSONError) { return try self.json.readString() } catch { throw self.mismatch(error, "a String") }
    }

    package mutating func readBool() throws(WireError) -> Bool {
        do throws(JSONError) { return try self.json.readBool() } catch { throw self.mismatch(error, "a Boolean") }
    }

    package mutating func readInteger() throws(WireError) -> Int {
        let value = try self.readWhole("an Integer")
        guard Int32(exactly: value) != nil else { throw .serialization("") }
        return value
    }

    package mutating func readLong() throws(WireError) -> Int { try self.readWhole("a Long") }

    /// AWS cuts off a fraction rather than refuse it.
    private mutating func readWhole(_ wanted: StaticString) throws(WireError) -> Int {
        do throws(JSONError) {
            guard try self.json.peek() == .number else { return Int(try self.json.readInt64()) }
            let text = try self.json.readNumberText()
            if let value = Int(text) { return value }
            guard let value = Int(exactly: (Double(text) ?? .infinity).rounded(.towardZero)) else {
                throw JSONError(offset: self.json.offset, reason: .numberOutOfRange)
            }
            return value
        } catch {
            throw self.mismatch(error, wanted)
        }
    }

    package mutating func readDouble() throws(WireError) -> Double {
        do throws(JSONError) { return try self.json.readDouble() } catch { throw self.mismatch(error, "a Double") }
    }

    package mutating func readBlob() throws(WireError) -> [UInt8] {
        do throws(JSONError) { return try self.json.readBase64() } catch { throw self.mismatch(error, "a Blob") }
    }

    package mutating func readTimestamp() throws(WireError) -> Timestamp {
        if self.timestampFormat == .dateTime || self.timestampFormat == .httpDate {
            return try TimestampText.parse(try self.readString(), self.timestampFormat)
        }
        do throws(JSONError) {
            return try self.json.readEpochSeconds()
        } catch {
            throw self.mismatch(error, nil, to: "milliseconds since epoch")
        }
    }

    package mutating func readDocument() throws(WireError) -> JSONValue {
        do throws(JSONError) { return try self.json.readValue() } catch { throw Self.malformed(error) }
    }

    package mutating func readTranscoded<Value: Transcoded>(_ type: Value.Type) throws(WireError) -> Value {
        do throws(TranscodingError) { return try Value(from: &self.json) } catch {
            throw self.mismatch(error.json, nil, to: error.wanted)
        }
    }

    // MARK: Errors

    /// AWS says nothing about JSON that it cannot parse.
    private static func malformed(_ error: JSONError) -> WireError { .serialization("") }

    /// AWS's words for a value of the wrong kind; it stays to be read in `json`.
    private mutating func mismatch(_ error: JSONError, _ wanted: StaticString?, to: String? = nil) -> WireError {
        guard case .wrongKind(_, let found) = error.reason else { return Self.malformed(error) }
        let value: String
        switch found {
        case .object: return .serialization("Start of structure or map found where not expected.")
        case .array: return .serialization("Start of list found where not expected")
        case .string: value = "STRING_VALUE"
        case .number: value = "NUMBER_VALUE"
        case .null: value = "NULL_VALUE"
        case .bool: value = (try? self.json.readBool()) == true ? "TRUE_VALUE" : "FALSE_VALUE"
        }
        // DynamoDB, whose values are the transcoded ones, has other words than the rest.
        if let to { return .serialization("\(value) cannot be converted to \(to)") }
        guard let wanted else { return .serialization("") }
        return .serialization("\(value) can not be converted to \(wanted)")
    }
}
