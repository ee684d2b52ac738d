package import ApusBase

/// Reads shapes from CBOR: the bodies of RPC-v2-CBOR.
package struct CBORShapeReader: ShapeReader, ~Copyable {
    private var cbor: CBORReader
    private(set) var trail = Trail()

    /// An empty body, which clients send where an operation has no input, is read as an empty map.
    package init(_ body: [UInt8]) { self.cbor = CBORReader(body.isEmpty ? [0xa0] : body) }

    /// Checks that nothing follows what was read.
    package mutating func finish() throws(WireError) {
        do throws(CBORError) { try self.cbor.finish() } catch { throw Self.malformed(error) }
    }

    package mutating func beginStructure(_ table: MemberTable) throws(WireError) {
        do throws(CBORError) { try self.cbor.beginMap() } catch { throw Self.malformed(error) }
        self.trail.enterStructure(table)
    }

    package mutating func nextMember(_ table: MemberTable) throws(WireError) -> Int? {
        do throws(CBORError) {
            while let index = try self.cbor.nextMember(of: table.names) {
                if index == JSONNames.unknown {
                    try self.cbor.skipValue()
                } else if try !self.cbor.skipNull() {
                    self.trail.advance(table, index)
                    return index
                }
            }
        } catch {
            throw Self.malformed(error)
        }
        self.trail.leave()
        return nil
    }

    package mutating func beginList() throws(WireError) {
        do throws(CBORError) { try self.cbor.beginArray() } catch { throw Self.malformed(error) }
        self.trail.enterList()
    }

    package mutating func nextElement() throws(WireError) -> Bool {
        do throws(CBORError) {
            while try self.cbor.nextElement() {
                self.trail.advanceElement()
                if try !self.cbor.skipNull() { return true }
            }
        } catch {
            throw Self.malformed(error)
        }
        self.trail.leave()
        return false
    }

    package mutating func beginMap() throws(WireError) {
        do throws(CBORError) { try self.cbor.beginMap() } catch { throw Self.malformed(error) }
        self.trail.enterMap()
    }

    package mutating func nextKey() throws(WireError) -> String? {
        do throws(CBORError) {
            while let key = try self.cbor.nextKey() {
                if try self.cbor.skipNull() { continue }
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
        do throws(CBORError) { return try self.cbor.readString() } catch { throw Self.malformed(error) }
    }

    package mutating func readBool() throws(WireError) -> Bool {
        do throws(CBORError) { return try self.cbor.readBool() } catch { throw Self.malformed(error) }
    }

    package mutating func readInteger() throws(WireError) -> Int {
        let value = try self.readLong()
        guard Int32(exactly: value) != nil else { throw .serialization("") }
        return value
    }

    package mutating func readLong() throws(WireError) -> Int {
        do throws(CBORError) { return Int(try self.cbor.readInt64()) } catch { throw Self.malformed(error) }
    }

    package mutating func readDouble() throws(WireError) -> Double {
        do throws(CBORError) { return try self.cbor.readDouble() } catch { throw Self.malformed(error) }
    }

    package mutating func readBlob() throws(WireError) -> [UInt8] {
        do throws(CBORError) { return try self.cbor.readBytes() } catch { throw Self.malformed(error) }
    }

    /// Seconds since 1970, whatever format the model names: it is for texts.
    package mutating func readTimestamp() throws(WireError) -> Timestamp {
        do throws(CBORError) { return try self.cbor.readTimestamp() } catch { throw Self.malformed(error) }
    }

    /// RPC-v2-CBOR has no documents.
    package mutating func readDocument() throws(WireError) -> JSONValue { throw .serialization("") }

    /// What AWS says about CBOR that it cannot read is not documented: no more than about JSON.
    private static func malformed(_ error: CBORError) -> WireError { .serialization("") }
}
