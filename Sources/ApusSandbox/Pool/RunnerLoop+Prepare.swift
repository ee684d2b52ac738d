internal import NIOCore
internal import NIOPosix

/// What is started before there is an event for it.
extension RunnerLoop {
    /// A function is being made for a runtime: what its environments are forked from is started.
    func prepare(runtime name: String) {
        guard case .supported(let runtime) = RuntimeIdentifier.recognise(name),
            let interpreter = self.setup.catalog.choose(runtime)?.interpreter
        else { return }
        switch interpreter.language {
        case .python:
            guard self.configuration.templates == .whenPossible else { return }
            self.templates.prepare(interpreter: interpreter.path) { self.takeID() }
        case .java:
            guard self.configuration.templates == .whenPossible else { return }
            let directory = "\(self.setup.folder)/java"
            guard self.archived.insert(JavaCommand.archive(of: interpreter, directory: directory)).inserted else {
                return
            }
            self.threads.submit { _ in JavaCommand.makeArchive(of: interpreter, directory: directory) }
        case .node:
            self.waiting.want(
                .node(
                    interpreter.path, folder: self.setup.folder, memoryMiB: SandboxLimits.standardMemoryMiB,
                    ephemeralMiB: SandboxLimits.standardEphemeralMiB))
        }
    }
}
