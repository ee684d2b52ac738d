/// Hexadecimal text, written in lower case, read in either.
package enum Hex {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            guard let start = text.baseAddress else { return 0 }
            return Self.write(bytes, start)
        }
    }

    /// Appends the digits of `bytes` to `text`.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(upTo: bytes.count * 2) { Self.write(bytes, $0) }
    }

    @inline(__always)
    private static func write(_ bytes: [UInt8], _ text: UnsafeMutablePointer<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            let wholeWords = bytes.count & ~3
            for index in stride(from: 0, to: wholeWords, by: 4) {
                let word = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
                UnsafeMutableRawPointer(text + index * 2).storeBytes(of: Self.digits(word), as: UInt64.self)
            }
            for index in wholeWords..<bytes.count {
                text[index * 2] = Self.digit(bytes[index] >> 4)
                text[index * 2 + 1] = Self.digit(bytes[index] & 15)
            }
            return bytes.count * 2
        }
    }

    /// The bytes that `text` names, or nil where it is of odd length or has another character than a hexadecimal digit.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? { Self.decode(utf8: Array(text.utf8)) }

    /// The bytes that the digits `text` name, or nil as for a string.
    package static func decode(utf8 text: [UInt8]) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = Self.value(text[index]), let low = Self.value(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// The lower-case digit of a value from 0 to 15.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// The eight lower-case digits of a word, the first of them in the byte that lies first in memory.
    @inline(__always)
    package static func digits(_ word: UInt32) -> UInt64 {
        // Half as many bits of the word in each step, with a gap of their width after them, until each byte has four.
        var spread = UInt64(word)
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
        let letters: UInt64 = ((spread &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
    }

    /// The upper-case digit of a value from 0 to 15.
    @inline(__always)
    static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    /// The value of a digit in either case.
    @inline(__always)
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
