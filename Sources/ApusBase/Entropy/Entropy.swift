/// Where randomness comes from. Nothing makes random numbers but through this, so that a simulation is repeatable.
package protocol Entropy: Sendable {
    /// Overwrites the whole buffer with random bytes.
    func fill(_ buffer: UnsafeMutableRawBufferPointer)
}

extension Entropy {
    package func nextUInt64() -> UInt64 {
        var value: UInt64 = 0
        withUnsafeMutableBytes(of: &value) { self.fill($0) }
        return value
    }

    package func bytes(count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            self.fill(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
            initializedCount = count
        }
    }

    /// A number from 0 to `bound` - 1, all equally likely. `bound` must not be 0.
    package func below(_ bound: UInt64) -> UInt64 {
        precondition(bound > 0, "There is no number below 0.")
        // The high half of a 128-bit product; the low half tells the few draws that would favour some results.
        let unfair: UInt64 = (0 &- bound) % bound
        while true {
            let (high, low) = self.nextUInt64().multipliedFullWidth(by: bound)
            if low >= unfair { return high }
        }
    }

    /// `count` characters, each drawn evenly from `alphabet`, which has 1 to 256 ASCII characters.
    package func identifier(alphabet: String, count: Int) -> String {
        let symbols = Array(alphabet.utf8)
        precondition((1...256).contains(symbols.count), "An alphabet has 1 to 256 characters.")
        // A byte at or past `fair` would favour the first symbols: drawn again.
        let fair: Int = 256 - 256 % symbols.count
        var text: [UInt8] = []
        text.reserveCapacity(count)
        while text.count < count {
            for byte in self.bytes(count: count - text.count) where Int(byte) < fair {
                text.append(symbols[Int(byte) % symbols.count])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A version 4 UUID (RFC 9562 §5.4) in lower case.
    package func uuid() -> String {
        var halves: (UInt64, UInt64) = (0, 0)
        withUnsafeMutableBytes(of: &halves) { self.fill($0) }
        return withUnsafeMutableBytes(of: &halves) { random in
            random[6] = random[6] & 0x0f | 0x40
            random[8] = random[8] & 0x3f | 0x80
            return String(unsafeUninitializedCapacity: 36) { text in
                var place = 0
                for index in 0..<16 {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = Hex.digit(random[index] >> 4)
                    text[place + 1] = Hex.digit(random[index] & 15)
                    place += 2
                }
                return place
            }
        }
    }
}
