internal import Glibc
internal import Synchronization

/// The kernel's random generator, fetched in blocks: a system call costs more than a request's whole share of randomness.
///
/// Bytes are wiped once handed out. A process that forks without exec must not use its parent's instance.
package final class SystemEntropy: Entropy {
    private struct Block {
        var bytes = [UInt8](repeating: 0, count: 1024)
        var used = 1024
    }
    private let block = Mutex(Block())

    package init() {}

    package func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard !buffer.isEmpty else { return }
        if buffer.count > 256 { return Self.fillFromKernel(buffer) }
        self.block.withLock { block in
            if block.bytes.count - block.used < buffer.count {
                block.bytes.withUnsafeMutableBytes { Self.fillFromKernel($0) }
                block.used = 0
            }
            let start: Int = block.used
            block.bytes.withUnsafeMutableBytes { bytes in
                let source = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + buffer.count])
                buffer.copyMemory(from: UnsafeRawBufferPointer(source))
                source.initializeMemory(as: UInt8.self, repeating: 0)
            }
            block.used = start + buffer.count
        }
    }

    private static func fillFromKernel(_ buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        while done < buffer.count {
            let count = min(256, buffer.count - done)  // as much as getentropy gives at a time
            let result = getentropy(buffer.baseAddress! + done, count)
            precondition(result == 0 || errno == EINTR, "The kernel gives no random bytes (getentropy failed).")
            if result == 0 { done += count }
        }
    }
}
