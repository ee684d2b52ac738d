internal import CApusSandbox
internal import Glibc

/// Whether this machine lets environments have namespaces of their own.
package enum Namespaces {
    package enum NetworkWish: Sendable { case host, own }

    /// The version of Landlock's interface; 0: there is none. From 6 on it keeps signals and abstract sockets in.
    package static var landlockVersion: Int { Int(apus_landlock_version()) }

    /// Makes some and enters them, on a folder that is made for it in `parent`, with a network of their own where one is wanted.
    /// Returns why that is not possible, or nil. Blocks for some milliseconds.
    package static func problem(in parent: String = "/tmp", network: NetworkWish = .host) -> String? {
        let place = "\(parent)/.apus-try-\(getpid())"
        guard ControlFiles.makeDirectory(place, mode: 0o700) else {
            return "\(place) could not be made: \(ErrorText.describe(errno))"
        }
        let failure = apus_namespaces_try(place, network == .own ? 1 : 0)
        rmdir(place)
        return failure == 0
            ? nil : "this machine does not let the server make namespaces (\(ErrorText.describe(failure)))"
    }
}
