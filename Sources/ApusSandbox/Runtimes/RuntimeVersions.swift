internal import ApusBase
internal import Glibc

/// Which build of its interpreter each runtime runs on: what stands for AWS's versions of a runtime.
///
/// A build is told by its file: the interpreter's path, size and time of change, which a package manager's update changes and a
/// restart does not. Its contents are not read: of Node.js these are 100 MB. What a package brings by itself has one version.
package struct RuntimeVersions: Sendable {
    private var digests: [String: String] = [:]

    /// Looks at files.
    package init(_ catalog: RuntimeCatalog) {
        for name in RuntimeIdentifier.supportedNames {
            guard case .supported(let runtime) = RuntimeIdentifier.recognise(name), let choice = catalog.choose(runtime)
            else { continue }
            self.digests[name] = Self.digest(name, choice)
        }
    }

    private static func digest(_ name: String, _ choice: RuntimeCatalog.Choice) -> String? {
        var text = name
        if let path = choice.program {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            text += "\n\(path)\n\(choice.interpreter?.version ?? "")\n\(status.st_size)"
            text += "\n\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
        return Hex.encode(Digest.sha256(Array(text.utf8)))
    }

    /// The ARN in AWS's form, whose last part is a digest too; nil for a runtime that cannot run here.
    package func arn(of runtime: String, region: String) -> String? {
        self.digests[runtime].map { "arn:aws:lambda:\(region)::runtime:\($0)" }
    }
}
