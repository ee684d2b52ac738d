internal import NIOCore
internal import NIOPosix

/// What is started before there is an event for it.
extension RunnerLoop {
    /// A function is being made for a runtime: what its environments are forked from, or given, is started.
    func prepare(runtime name: String) {
        guard case .supported(let runtime) = RuntimeIdentifier.recognise(name),
            let interpreter = self.setup.catalog.choose(runtime)?.interpreter
        else { return }
        switch interpreter.language {
        case .python:
            guard self.configuration.templates == .whenPossible else { return }
            self.templates.prepare(interpreter: interpreter.path) { self.takeID() }
        case .java:
            self.prepare(java: interpreter, waiting: self.standardKind(interpreter))
        case .node: if let kind = self.standardKind(interpreter) { self.waiting.want(kind) }
        }
    }

    /// The archive of its classes, and then what waits for functions like one that is there; nil: nothing does.
    func prepare(java: Interpreter, waiting kind: WaitingProcess.Kind?) {
        let directory = "\(self.setup.folder)/java"
        let isNew =
            self.configuration.templates == .whenPossible
            && self.archived.insert(JavaCommand.archive(of: java, directory: directory)).inserted
        guard isNew else {
            if let kind { self.waiting.want(kind) }
            return
        }
        self.threads.runIfActive(eventLoop: self.eventLoop) {
            JavaCommand.makeArchive(of: java, directory: directory)
        }.whenSuccess {
            if let kind { self.waiting.want(kind) }
        }
    }

    /// What waits for functions of this interpreter that have what `CreateFunction` gives them; nil: nothing does.
    private func standardKind(_ interpreter: Interpreter) -> WaitingProcess.Kind? {
        let (folder, memoryMiB) = (self.setup.folder, SandboxLimits.standardMemoryMiB)
        let ephemeralMiB = SandboxLimits.standardEphemeralMiB
        switch interpreter.language {
        case .python: return nil
        case .node:
            return .node(interpreter.path, folder: folder, memoryMiB: memoryMiB, ephemeralMiB: ephemeralMiB)
        case .java:
            guard self.setup.isolation == .namespaces, JavaCommand.canWait(interpreter) else { return nil }
            return .java(interpreter, folder: folder, memoryMiB: memoryMiB, ephemeralMiB: ephemeralMiB)
        }
    }
}
