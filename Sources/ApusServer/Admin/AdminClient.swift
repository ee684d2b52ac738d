internal import ApusBase
internal import Glibc

/// Asks the server that runs on a data directory, over its admin socket. Blocks until the answer is there: for commands.
package enum AdminClient {
    package struct Answer: Sendable, Equatable {
        package var status: Int
        package var body: [UInt8]
    }

    /// The largest answer that is read: a page of metrics is a tenth of it.
    private static let answerLimit = 16 << 20
    /// How long one read may take.
    private static let patienceSeconds = 600

    /// One request, one answer. A status from 400 on is an answer too; `message(of:)` has its sentence.
    ///
    /// Errors: `unavailable` where no server listens, this user may not reach it, or it ended before it had answered.
    package static func ask(
        _ method: String, _ path: String, body: [UInt8] = [], in dataDirectory: String
    ) throws(ServerFailure) -> Answer {
        let descriptor = try self.connect(dataDirectory)
        defer { close(descriptor) }
        let head =
            "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: \(body.count)\r\n\r\n"
        let request = Array(head.utf8) + body
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 || errno == EINTR else {
                throw self.failure("ended before it took the request", dataDirectory)
            }
            sent += max(count, 0)
        }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &part, part.count)
            if count == 0 { break }
            guard count > 0 || errno == EINTR else { throw self.failure("gave no answer in time", dataDirectory) }
            bytes += part[..<max(count, 0)]
            guard bytes.count <= Self.answerLimit else { throw self.failure("answered too much", dataDirectory) }
        }
        guard let answer = self.parse(bytes) else { throw self.failure("ended before it had answered", dataDirectory) }
        return answer
    }

    /// The sentence of an answer that refuses: `{"message": …}`, or the body as it is.
    package static func message(of answer: Answer) -> String {
        let parsed = (try? JSONValue(parsing: answer.body))?["message"]?.stringValue
        return parsed ?? String(decoding: answer.body, as: UTF8.self)
    }

    private static func connect(_ dataDirectory: String) throws(ServerFailure) -> Int32 {
        let path = AdminSocket.path(in: dataDirectory)
        let socket: AdminSocket
        do throws(FileError) {
            socket = try AdminSocket(of: dataDirectory)
        } catch {
            throw self.failure("cannot be reached: \(error)", dataDirectory)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.address.utf8) }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw self.failure("cannot be reached: no socket is left", dataDirectory) }
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            let advice = code == EACCES ? "; run this as the user that the server runs as, or as root" : ""
            throw self.failure(
                "cannot be reached at \(path): \(String(cString: strerror(code)))\(advice)", dataDirectory)
        }
        return descriptor
    }

    private static func failure(_ what: String, _ dataDirectory: String) -> ServerFailure {
        ServerFailure(.unavailable, "The server on \(dataDirectory) \(what).")
    }

    /// The status and the body of a whole answer with `connection: close`; nil for anything else.
    static func parse(_ bytes: [UInt8]) -> Answer? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= 16, bytes.starts(with: "HTTP/1.1 ".utf8),
            let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }),
            let status = Int(String(decoding: bytes[9..<12], as: UTF8.self))
        else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        let body = Array(bytes[(end + mark.count)...])
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length:") {
            guard Int(line.dropFirst(15).drop { $0 == " " }) == body.count else { return nil }
        }
        return Answer(status: status, body: body)
    }
}
