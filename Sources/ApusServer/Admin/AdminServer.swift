internal import ApusBase
internal import ApusHTTP

/// The door for operators: HTTP/1.1 on the socket in the data directory, on a thread of its own, so that it answers also when
/// the port is overloaded.
final class AdminServer: Sendable {
    private let http: HTTPServer
    private let directory: String

    /// Listens, in a data directory that this process has locked.
    ///
    /// Errors: the file system has no sockets, or refuses. The server can do without: only commands cannot reach it.
    init(directory: String, desk: AdminDesk, clock: any Clock) async throws(FailedAdminServer) {
        self.directory = directory
        var limits = HTTPLimits()
        limits.bodyBytes = 1 << 20
        limits.connections = 64
        let socket: AdminSocket
        do throws(FileError) {
            socket = try AdminSocket(of: directory)
        } catch {
            throw FailedAdminServer(reason: "\(error)")
        }
        let configuration = HTTPServerConfiguration(
            listeners: [.unixSocket(path: socket.address)], eventLoopCount: 1, limits: limits)
        self.http = HTTPServer(configuration: configuration, handler: desk, clock: clock)
        do throws(HTTPServerError) {
            _ = try await self.http.start()
        } catch {
            throw FailedAdminServer(reason: "\(error)")
        }
    }

    /// Lets what runs be answered, for so long, and takes the socket away.
    func stop(graceSeconds: Int) async {
        await self.http.shutdownGracefully(deadline: .seconds(graceSeconds))
        _ = try? Files.removeIfExists(AdminSocket.path(in: self.directory))
    }
}

/// Why there is no admin socket.
struct FailedAdminServer: Error { let reason: String }
