internal import NIOSSL
internal import Synchronization

/// The certificate and key that a server shows now. New connections take `context`; those that are open keep theirs.
final class TLSIdentity: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// Of the files when they were last looked into, whether or not they could be used.
        var stamp: CertificateFiles.Stamp
    }
    private struct Observer { var told: @Sendable (TLSReload) -> Void }

    let settings: TLSSettings
    private let files: CertificateFiles
    private let state: Mutex<State>
    private let observer: Observer

    /// Reads the pair for the first time; without one that can be used there is no server.
    /// - Parameter told: what became of each later change.
    init(
        _ settings: TLSSettings, told: @escaping @Sendable (TLSReload) -> Void
    ) throws(CertificateFiles.Problem) {
        self.settings = settings
        self.files = CertificateFiles(certificatePath: settings.certificatePath, keyPath: settings.keyPath)
        self.observer = Observer(told: told)
        let stamp = self.files.stamp
        self.state = Mutex(State(context: try self.files.context(), stamp: stamp))
    }

    var context: NIOSSLContext { self.state.withLock { $0.context } }

    /// Takes the files' content if it changed and can be used; blocks for the disk. To be called every now and then, by one
    /// thread at a time.
    ///
    /// The pair is two files, so one may be new while the other is old, or half written: then the key does not fit, the old
    /// pair stays, and the next change of either file is the next try.
    func reload() {
        let stamp = self.files.stamp
        if self.state.withLock({ $0.stamp == stamp }) { return }
        do throws(CertificateFiles.Problem) {
            let context = try self.files.context()
            // Written while it was read: what was read may be of two contents. The next call sees another stamp.
            if self.files.stamp != stamp { return }
            self.state.withLock { $0 = State(context: context, stamp: stamp) }
            self.observer.told(.loaded)
        } catch {
            self.state.withLock { $0.stamp = stamp }
            self.observer.told(.refused(reason: error.reason))
        }
    }
}
