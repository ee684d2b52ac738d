internal import CApusSandbox

/// Commands to the launcher as bytes: see apus_sandbox.h.
package enum LaunchCommand {
    /// What is forked from a process: see apus_sandbox.h.
    package enum Template: UInt32, Sendable { case none, interpreter, snapshot }

    /// A SPAWN. `arguments` begins with the program's path; there are none where a template forks. `snapshot`: the template of the
    /// function's version, where it is that one.
    /// Nil when it is longer than a command may be.
    package static func spawn(
        environment: UInt64, directory: String, arguments: [String], variables: [String], confinement: Confinement,
        network: OwnNetwork? = nil, template: Template = .none, hasInput: Bool = false, snapshot: UInt64 = 0
    ) -> [UInt8]? {
        let joinFiles = confinement.cgroup?.joinFiles ?? []
        let own = confinement.user != nil
        let nest = confinement.nest
        let listeners = nest == nil ? [] : network?.listeners.map(\.text) ?? []
        // Without a cgroup for memory, a limit on private memory is all there is. It is generous, since interpreters reserve
        // far more than they use; it stops a runaway, not a glutton.
        let data = confinement.cgroup?.peakFile == nil ? UInt64(confinement.memoryMiB) * 2 << 20 + 1 << 30 : UInt64.max
        let command = apus_command(
            kind: APUS_COMMAND_SPAWN.rawValue, signal: 0, environment: environment,
            user: confinement.user ?? UInt32.max, group: confinement.user ?? UInt32.max,
            // The limit counts all processes of the user. Where the user is not the environment's own, but the user namespace is
            // the launcher's, it counts those of all environments.
            maximum_processes: own
                ? UInt64(SandboxLimits.processes) : nest == nil ? UInt64.max : UInt64(SandboxLimits.processesOfAll),
            maximum_files: UInt64(SandboxLimits.fileDescriptors),
            // In a nest all of /tmp has its size. What a template forks has its own limits, within the template's.
            maximum_file_bytes: nest == nil && template != .interpreter
                ? UInt64(SandboxLimits.temporaryFileBytes) : UInt64.max,
            maximum_data_bytes: data,
            // The kernel, when memory runs out, takes a function before the server.
            oom_score_adjust: 500, arguments: UInt32(arguments.count), variables: UInt32(variables.count),
            join_files: UInt32(joinFiles.count),
            namespaces: nest == nil ? 0 : apus_namespace_flags(network == nil ? 0 : 1),
            mounts: UInt32(nest?.mounts.count ?? 0), is_template: template.rawValue,
            listeners: UInt32(listeners.count),
            number: 0, has_input: hasInput ? 1 : 0, snapshot: snapshot)
        var bytes = withUnsafeBytes(of: command) { Array($0) }
        for text in [directory, confinement.cgroup?.birthDirectory ?? ""] + arguments + variables + joinFiles
            + (nest?.texts ?? []) + listeners
        {
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
        return bytes.count <= Int(APUS_COMMAND_MAXIMUM) ? bytes : nil
    }

    /// Connects to a port inside the environment's own network; `connected` with the number follows.
    package static func connect(port: Int, number: UInt32, environment: UInt64) -> [UInt8] {
        var command = apus_command()
        command.kind = APUS_COMMAND_CONNECT.rawValue
        command.signal = Int32(port)
        command.environment = environment
        command.number = number
        return withUnsafeBytes(of: command) { Array($0) }
    }

    /// Adds folders to the root of an environment that waits for its function; `started` follows, or its end.
    package static func mount(_ nest: Nest, environment: UInt64) -> [UInt8]? {
        var command = apus_command()
        command.kind = APUS_COMMAND_MOUNT.rawValue
        command.environment = environment
        command.mounts = UInt32(nest.mounts.count)
        var bytes = withUnsafeBytes(of: command) { Array($0) }
        for text in ["", ""] + nest.texts {
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
        return bytes.count <= Int(APUS_COMMAND_MAXIMUM) ? bytes : nil
    }

    /// Signals the environment's process group.
    package static func signal(_ number: Int32, environment: UInt64) -> [UInt8] {
        var command = apus_command()
        command.kind = APUS_COMMAND_SIGNAL.rawValue
        command.signal = number
        command.environment = environment
        return withUnsafeBytes(of: command) { Array($0) }
    }
}

extension Nest {
    /// As they follow a command.
    fileprivate var texts: [String] { [self.place] + self.mounts.flatMap { [$0.kind.rawValue, $0.source, $0.target] } }
}
