internal import ApusService

/// What is executed for a runtime, and where its own files are (`LAMBDA_RUNTIME_DIR`).
struct RuntimeProgram: Hashable, Sendable {
    /// Begins with the program's path.
    var arguments: [String]
    var directory: String
    /// The path of the interpreter whose template may fork it instead.
    var template: String?
    /// What makes a template of a version of the function; nil: there is none for this runtime.
    var snapshotArguments: [String]?
    /// Which waiting process may be used instead.
    var waitingKind: WaitingProcess.Kind?
    /// The names of the extensions that are started with it.
    var extensions: [String] = []

    /// `folder`: where `RuntimeFiles` has put the bootstraps. Nil when no interpreter is there.
    init?(
        _ runtime: RuntimeIdentifier, catalog: RuntimeCatalog, folder: String, spec: EnvironmentSpec,
        isolation: Isolation
    ) {
        if let image = spec.image {
            guard isolation == .namespaces, !image.arguments.isEmpty else { return nil }
            self.arguments = image.arguments
            self.directory = NestPaths.runtime
            let programs = ExtensionProgram.find(inImage: image.folder)
            guard !programs.isEmpty else { return }
            // By the image's own shell.
            self.extensions = programs.map(\.name)
            self.arguments = ExtensionProgram.command(
                programs.map { $0.seen(under: isolation) }, folder: NestPaths.starter, runtime: image.arguments)
            return
        }
        guard let choice = catalog.choose(runtime) else { return nil }
        let seen = spec.seen(under: isolation)
        let (codeDirectory, memoryMiB) = (seen.codeDirectory, spec.memoryMiB)
        let wrapper = choice == .package ? nil : WrapperScript.path(spec, under: isolation)
        switch choice {
        case .package:
            self.arguments = ["\(codeDirectory)/bootstrap"]
            self.directory = folder
        case .client(let path):
            self.arguments = [path, spec.handler]
            self.directory = folder
        case .interpreter(let interpreter), .substitute(let interpreter, _):
            switch interpreter.language {
            case .python:
                self.directory = "\(folder)/python"
                // -S: the site module costs a fifth of the start; the bootstrap adds the directories it would. What a wrapper
                // script adds may be imported by it (sitecustomize). -s: no packages from a home directory. PYTHON… variables
                // stay in force, as in Lambda.
                let options = wrapper == nil ? ["-S", "-s"] : ["-s"]
                self.arguments = [interpreter.path] + options + ["\(self.directory)/bootstrap.py"]
                if PythonTemplate.serves(spec), !spec.snapStart { self.template = interpreter.path }
                if spec.snapStart { self.snapshotArguments = self.arguments + ["--snapshot"] }
            case .node:
                self.directory = "\(folder)/node"
                self.arguments = NodeCommand.arguments(
                    interpreter: interpreter.path, directory: self.directory, memoryMiB: memoryMiB)
                if NodeCommand.mayWait(spec) {
                    self.waitingKind = .node(
                        interpreter.path, folder: folder, memoryMiB: memoryMiB, ephemeralMiB: spec.ephemeralMiB)
                }
            case .java:
                self.directory = "\(folder)/java"
                self.arguments = JavaCommand.arguments(interpreter, directory: self.directory, spec: seen)
                if isolation == .namespaces, JavaCommand.mayWait(spec, interpreter) {
                    self.waitingKind = .java(
                        interpreter, folder: folder, memoryMiB: memoryMiB, ephemeralMiB: spec.ephemeralMiB)
                }
            }
        }
        if let wrapper {
            // Templates of interpreters and what waits know of the variable.
            self.arguments.insert(wrapper, at: 0)
            self.snapshotArguments = nil
        }
        // What waits gets folders that may not be changed.
        if !spec.fileSystems.isEmpty { self.waitingKind = nil }
        let programs = ExtensionProgram.find(in: spec.layerDirectories)
        if !programs.isEmpty {
            self.extensions = programs.map(\.name)
            self.arguments = ExtensionProgram.command(
                programs.map { $0.seen(under: isolation) }, folder: folder, runtime: self.arguments)
            self.template = nil
            self.snapshotArguments = nil
            self.waitingKind = nil
        }
    }
}
