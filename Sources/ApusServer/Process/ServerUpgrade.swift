internal import ApusBase
internal import Glibc

/// `apus upgrade`: has the server of a data directory make room for its program as the file is now.
package enum ServerUpgrade {
    static let path = "/_apus/upgrade"

    /// Asks, and waits until the new server answers. Returns its endpoint. Blocks for as long as the old one finishes what it
    /// runs.
    ///
    /// Errors: `unavailable` where no server runs, the new program will not start (the old one goes on), or it did not become
    /// ready.
    package static func perform(_ configuration: Configuration) throws(ServerFailure) -> String {
        let directory = configuration.dataDirectory
        guard let old = ServerDirectory.announced(in: directory) else {
            throw ServerFailure(.unavailable, "No server runs on \(directory); start one.")
        }
        let answer = try AdminClient.ask("POST", Self.path, in: directory)
        guard answer.status == 202 else {
            throw ServerFailure(
                .unavailable, "The server goes on as it was: \(AdminClient.message(of: answer))")
        }
        let clock = SystemClock()
        // What runs may take its grace time, and a large store a while to open.
        let seconds = UInt64(configuration.http.shutdownGraceSeconds + 300)
        let deadline = clock.monotonicNanoseconds + seconds * 1_000_000_000
        while clock.monotonicNanoseconds < deadline {
            if let new = ServerDirectory.announced(in: directory), new.start != old.start { return new.endpoint }
            guard kill(old.process, 0) == 0 || errno == EPERM else {
                throw ServerFailure(.unavailable, "The server has ended; its log says why. Start it again.")
            }
            usleep(20_000)
        }
        throw ServerFailure(.unavailable, "The server is not ready after \(seconds) seconds; its log says more.")
    }
}
