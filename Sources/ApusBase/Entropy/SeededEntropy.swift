internal import Synchronization

/// A repeatable sequence from a seed (SplitMix64), for tests and simulations. Never for keys or ids that must be secret.
///
/// The bytes depend on the seed and on the sequence of calls and their sizes.
package final class SeededEntropy: Entropy {
    private let state: Mutex<UInt64>

    package init(seed: UInt64) { self.state = Mutex(seed) }

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        self.state.withLock { state in
            var offset = 0
            while offset < buffer.count {
                state &+= 0x9e37_79b9_7f4a_7c15
                var word: UInt64 = state
                word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
                word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
                word ^= word >> 31
                let count = min(8, buffer.count - offset)
                withUnsafeBytes(of: word.littleEndian) { source in
                    let target = UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + count])
                    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[0..<count]))
                }
                offset += count
            }
        }
    }
}
