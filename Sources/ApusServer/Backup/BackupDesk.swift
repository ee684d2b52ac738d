internal import ApusBase
internal import ApusStore
internal import ApusWire
internal import Logging
internal import Synchronization

/// The server's side of `apus backup`: makes a picture of the store in `admin/stage`, and removes it when it is no longer
/// wanted.
///
/// The command copies the picture out by itself: it may write where the server may not, and its death, like its slowness, is
/// nothing to the server. As long as it lives it holds the lock of `admin/backup.lock`; what nobody holds is removed.
final class BackupDesk: Sendable {
    private enum Phase: Sendable {
        case idle
        case asked(any Exchange)
        case ready
        case released(any Exchange)
    }
    private let directory: ServerDirectory
    private let storage: RocksStorage
    private let blobs: BlobStore
    private let clock: any Clock
    private let log: Logger
    private let phase: Mutex<Phase>
    private let step: Step
    static let path = "/_apus/backup"
    /// How often the lock is tried while there is a picture.
    private static let lookMilliseconds: Int64 = 2_000

    init(directory: ServerDirectory, storage: RocksStorage, blobs: BlobStore, driver: any Driver, log: Logger) {
        self.directory = directory
        self.storage = storage
        self.blobs = blobs
        self.clock = driver.clock
        self.log = log
        // What an earlier run left may still be read by the command it was made for.
        self.phase = Mutex(Files.exists(Self.stage(in: directory.path)) ? .ready : .idle)
        let run = LateStep()
        self.step = Step(name: "backup") { run.run() }
        run.attach { [weak self] in self?.run() ?? .idle }
        // Made by the server's user: a command that runs as root locks it, and the server must be able to try.
        _ = try? ByteFile(Self.lock(in: directory.path), .readWrite)
        driver.add(self.step)
    }

    static func stage(in directory: String) -> String { AdminSocket.folder(in: directory) + "/stage" }
    static func lock(in directory: String) -> String { AdminSocket.folder(in: directory) + "/backup.lock" }

    /// `POST` answers the sequence number once the picture is there; `DELETE` removes it.
    var commands: [AdminCommand] {
        [
            AdminCommand("POST", Self.path) { _, exchange in self.ask(exchange) },
            AdminCommand("DELETE", Self.path) { _, exchange in self.release(exchange) },
        ]
    }

    private func ask(_ exchange: any Exchange) {
        guard self.isWanted else {
            return exchange.reply(
                AdminResponder.problem(409, "Backups are taken with apus backup, which holds a lock."))
        }
        let isFree: Bool = self.phase.withLock { phase in
            guard case .idle = phase else { return false }
            phase = .asked(exchange)
            return true
        }
        guard isFree else {
            return exchange.reply(
                AdminResponder.problem(409, "Another backup is under way; try again when it has ended."))
        }
        self.step.wake()
    }

    private func release(_ exchange: any Exchange) {
        let isThere: Bool = self.phase.withLock { phase in
            guard case .ready = phase else { return false }
            phase = .released(exchange)
            return true
        }
        guard isThere else { return exchange.reply(AdminResponder.problem(404, "There is no backup under way.")) }
        self.step.wake()
    }

    // MARK: The step

    private func run() -> StepOutcome {
        switch self.phase.withLock({ $0 }) {
        case .idle: return .idle
        case .asked(let exchange):
            let answer = self.make()
            self.phase.withLock { $0 = answer.status == 200 ? .ready : .idle }
            exchange.reply(answer)
        case .ready:
            if !self.isWanted { self.remove() }
        case .released(let exchange):
            self.remove()
            exchange.reply(AdminResponder.json(200, Array("{}".utf8)))
        }
        guard case .ready = self.phase.withLock({ $0 }) else { return .idle }
        return .sleep(until: self.clock.now + Self.lookMilliseconds)
    }

    private func make() -> HTTPResponse {
        let stage = Self.stage(in: self.directory.path)
        do throws(DiskError) {
            let image = try StoreStage.make(
                in: stage, storage: self.storage, blobs: self.blobs, blobsPath: self.directory.store.blobsPath)
            self.log.info("the store is ready to be copied", metadata: ["sequence": "\(image.sequence)"])
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("sequence")
            writer.string(String(image.sequence))
            writer.endObject()
            return AdminResponder.json(200, writer.bytes)
        } catch {
            self.log.error("the store could not be made ready for a backup", metadata: ["reason": "\(error)"])
            return AdminResponder.problem(error.isFull ? 507 : 500, "\(error)")
        }
    }

    private func remove() {
        do throws(FileError) {
            try Files.removeTree(Self.stage(in: self.directory.path))
        } catch {
            self.log.error("what a backup left could not be removed", metadata: ["reason": "\(error)"])
        }
        self.phase.withLock { $0 = .idle }
    }

    /// Whether a command holds the lock. One that cannot be tried counts as held.
    private var isWanted: Bool {
        guard let lock = try? ByteFile(Self.lock(in: self.directory.path), .readWrite) else { return true }
        return (try? lock.tryLock()) != true
    }
}
