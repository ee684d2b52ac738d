internal import ApusService

/// The namespaces of one environment: what its root is built of. Sources/CApusSandbox/nest.h carries it out.
package struct Nest: Sendable {
    package struct Mount: Hashable, Sendable {
        package enum Kind: String, Sendable {
            /// A file or folder of the host's, read-only.
            case bound = "b"
            /// The same, and it may be changed there.
            case changeable = "w"
            case device = "d"
            /// A new tmpfs; the source is its options.
            case memory = "t"
            /// Folders laid over each other, read-only; the source is the options.
            case overlay = "o"
            case processes = "p"
            case link = "l"
            case folder = "m"
        }
        package var kind: Kind
        package var source: String
        package var target: String

        package init(_ kind: Kind, _ source: String, _ target: String) {
            self.kind = kind
            self.source = source
            self.target = target
        }
    }

    /// The empty folder that the root is built on, in a mount namespace that nobody else sees.
    package var place: String
    package var mounts: [Mount]
}

/// Where functions find what is theirs, as in Lambda.
enum NestPaths {
    static let code = "/var/task"
    static let layers = "/opt"
    static let runtime = "/var/runtime"
    /// In a container image: where the folder `extensions` of the runtimes' files is.
    static let starter = "/dev/.apus"
}

extension EnvironmentSpec {
    /// As the function sees it under this isolation: its code at `/var/task`, all layers at `/opt`.
    func seen(under isolation: Isolation) -> EnvironmentSpec {
        guard isolation == .namespaces else { return self }
        var seen = self
        seen.codeDirectory = NestPaths.code
        seen.layerDirectories = []
        return seen
    }

    /// Where a path that the function sees is on the host.
    func host(_ path: String, under isolation: Isolation) -> String {
        guard isolation == .namespaces, path.hasPrefix(NestPaths.code + "/") else { return path }
        return self.codeDirectory + path.dropFirst(NestPaths.code.count)
    }
}
