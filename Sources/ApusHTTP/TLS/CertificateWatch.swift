internal import Glibc
internal import Synchronization

/// A thread that looks every now and then whether certificate or key changed. Of its own, since the disk may be slow and
/// reading an RSA key takes milliseconds, which event loops do not have.
final class CertificateWatch: Sendable {
    private let identity: TLSIdentity
    private let isStopped = Atomic<Bool>(false)

    init(_ identity: TLSIdentity) {
        self.identity = identity
        var thread = pthread_t()
        let watch = Unmanaged.passRetained(self)
        let started = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<CertificateWatch>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, watch.toOpaque())
        precondition(started == 0, "no thread could be started")
        pthread_detach(thread)
    }

    /// Ends the thread, within one interval.
    func stop() { self.isStopped.store(true, ordering: .relaxed) }

    private func run() {
        let pause = UInt32(self.identity.settings.reloadMilliseconds) * 1_000
        while !self.isStopped.load(ordering: .relaxed) {
            usleep(pause)
            if !self.isStopped.load(ordering: .relaxed) { self.identity.reload() }
        }
    }
}
