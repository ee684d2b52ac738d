/// Writes CBOR (RFC 8949) into `bytes`. Maps and arrays are of open length, since their writers do not know how much
/// comes.
///
/// The caller sees to the structure: a text before each value in a map, an end for each begin.
package struct CBORWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// `capacity` in bytes, where it is known about how much comes.
    package init(capacity: Int = 256) { self.bytes.reserveCapacity(capacity) }

    package mutating func beginMap() { self.bytes.append(0xbf) }
    package mutating func beginArray() { self.bytes.append(0x9f) }
    /// Ends the innermost map or array.
    package mutating func end() { self.bytes.append(CBORReader.breakByte) }

    package mutating func text(_ text: String) {
        self.head(3, UInt64(text.utf8.count))
        self.bytes.append(contentsOf: text.utf8)
    }

    package mutating func byteString(_ bytes: [UInt8]) {
        self.head(2, UInt64(bytes.count))
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func int(_ value: Int) {
        if value < 0 {
            self.head(1, UInt64(bitPattern: Int64(-1 - value)))
        } else {
            self.head(0, UInt64(value))
        }
    }

    /// In single precision where that loses nothing, as members of the type float want it.
    package mutating func double(_ value: Double) {
        let single = Float(value)
        if Double(single) == value || value.isNaN {
            self.bytes.append(0xfa)
            self.append(UInt64(single.bitPattern), count: 4)
        } else {
            self.bytes.append(0xfb)
            self.append(value.bitPattern, count: 8)
        }
    }

    package mutating func bool(_ value: Bool) { self.bytes.append(value ? 0xf5 : 0xf4) }
    package mutating func null() { self.bytes.append(0xf6) }

    /// Tag 1 and the seconds since 1970 in double precision, the form that all of AWS's SDKs read.
    package mutating func timestamp(_ value: Timestamp) {
        self.head(6, CBORReader.epochTag)
        self.bytes.append(0xfb)
        self.append(value.epochSeconds.bitPattern, count: 8)
    }

    /// The shortest head of that number.
    private mutating func head(_ major: UInt8, _ argument: UInt64) {
        let (information, count): (UInt8, Int) =
            switch argument {
            case 0..<24: (UInt8(argument), 0)
            case 24..<0x100: (24, 1)
            case 0x100..<0x1_0000: (25, 2)
            case 0x1_0000..<0x1_0000_0000: (26, 4)
            default: (27, 8)
            }
        self.bytes.append(major << 5 | information)
        self.append(argument, count: count)
    }

    /// The low `count` bytes of a number, the highest first.
    private mutating func append(_ number: UInt64, count: Int) {
        for place in stride(from: count - 1, through: 0, by: -1) {
            self.bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(place * 8)))
        }
    }
}
