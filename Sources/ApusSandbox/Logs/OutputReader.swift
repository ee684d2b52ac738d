internal import CApusSandbox
internal import Glibc

/// The read end of an environment's output pipe. It is not watched: whoever owns it reads it in turns while the environment runs,
/// and to its end when an invocation ends. So a line that a function prints wakes nobody, and endless output makes the function
/// wait for its own writes instead of taking the event loop.
final class OutputReader {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(self.descriptor) }

    /// A pipe: its reader, and the end for the environment, which the caller closes.
    static func makePipe() throws(StartFailureError) -> (reader: OutputReader, writeEnd: Int32) {
        var (readEnd, writeEnd): (Int32, Int32) = (-1, -1)
        let failure = apus_output_pipe(&readEnd, &writeEnd)
        guard failure == 0 else { throw StartFailureError(sentence: "no pipe: \(ErrorText.describe(failure))") }
        return (OutputReader(descriptor: readEnd), writeEnd)
    }

    /// Hands on what is in the pipe now, up to `limit` bytes, and returns how much that was.
    func read(limit: Int, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            var total = 0
            while total < limit {
                let wanted = min(buffer.count, limit - total)
                let count = Glibc.read(self.descriptor, buffer.baseAddress!, wanted)
                guard count > 0 else { break }
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                total += count
                // A short read has emptied the pipe.
                if count < wanted { break }
            }
            return total
        }
    }
}
