import ApusBase
import ApusStore
import Glibc
import Testing

/// The process is killed while it commits; what it was told is durable must be there.
///
/// `kill -9` proves no fsync (the kernel keeps what was written): that there is one fdatasync for each commit is seen in a
/// trace of system calls.
@Suite(.serialized) struct RocksCrashTests {
    /// Counts in a file that outlives the process, without a system call.
    private struct SharedCount {
        let pointer: UnsafeMutablePointer<Int>

        init(_ path: String) throws {
            let file = try ByteFile(path, .readWrite)
            try file.truncate(to: 4096)
            let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
            guard let memory, memory != MAP_FAILED else { throw DiskError("no shared memory") }
            self.pointer = memory.assumingMemoryBound(to: Int.self)
        }
    }

    private static let families: [KeyTag] = [.iamUser, .timer, .logsEvent]

    /// The batch of a number: one key of each family, one deleted key, all with a value that names the number.
    private static func batch(_ number: Int) -> WriteBatch {
        var batch = WriteBatch()
        for tag in Self.families {
            batch.append(.put(key: key("n\(number)", tag), value: noise(2000, seed: UInt64(number))))
            batch.append(.delete(key: key("n\(number - 3)", tag)))
        }
        return batch
    }

    @Test(arguments: 0..<5) func `after kill -9 every acknowledged batch is there, whole`(_ round: Int) async throws {
        let temporary = TemporaryDirectory()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = temporary.path as String, round] in
            let storage = try RocksStorage(directory: DataDirectory(path: path + "/data"), configuration: .small)
            let count = try SharedCount(path + "/count")
            KillTimer.start(microseconds: UInt32(100_000 + 60_000 * round))
            while true {
                try storage.commit(Self.batch(count.pointer.pointee))
                count.pointer.pointee += 1
            }
        }
        let acknowledged = try SharedCount(temporary.path + "/count").pointer.pointee
        #expect(acknowledged > 0)
        let storage = try RocksStorage(
            directory: DataDirectory(path: temporary.path + "/data"), configuration: .small)
        defer { storage.close() }
        let view = try storage.view()
        // The batch under way when the process died may be there too, but as a whole.
        let last = try view.get(key("n\(acknowledged)", .iamUser)) == nil ? acknowledged - 1 : acknowledged
        for tag in Self.families {
            let names = try view.pairs(key("n", tag), key("o", tag)).map {
                String(decoding: $0.key[3...], as: UTF8.self)
            }
            #expect(Set(names) == Set(max(0, last - 2)...last).mapToNames)
            for number in max(0, last - 2)...last {
                #expect(try view.get(key("n\(number)", tag)) == noise(2000, seed: UInt64(number)))
            }
        }
    }
}

extension Set<Int> {
    fileprivate var mapToNames: Set<String> { Set<String>(self.map { "\($0)" }) }
}

/// Ends the process from a thread of its own.
private enum KillTimer {
    static func start(microseconds: UInt32) {
        var thread = pthread_t()
        let context = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        context.pointee = microseconds
        pthread_create(
            &thread, nil,
            { context in
                usleep(context!.assumingMemoryBound(to: UInt32.self).pointee)
                kill(getpid(), SIGKILL)
                return nil
            }, context)
    }
}
