package import ApusService

/// The environment variables a function's process starts with, as Lambda documents them ("Defined runtime environment variables").
package enum EnvironmentVariables {
    /// What differs from one environment to the next.
    package struct Instance: Sendable {
        package var runtimeAPI: String
        package var logStream: String
        /// nil: it is `/tmp`.
        package var temporaryDirectory: String?
        package var runtimeDirectory: String
        /// Apus's own endpoint; nil leaves the variable out.
        package var endpoint: String?
        package var credentials: EnvironmentCredentials
        /// `on-demand`, `provisioned-concurrency` or `snap-start`.
        package var initializationType = "on-demand"

        package init(
            runtimeAPI: String, logStream: String, temporaryDirectory: String?, runtimeDirectory: String,
            endpoint: String?,
            credentials: EnvironmentCredentials
        ) {
            self.runtimeAPI = runtimeAPI
            self.logStream = logStream
            self.temporaryDirectory = temporaryDirectory
            self.runtimeDirectory = runtimeDirectory
            self.endpoint = endpoint
            self.credentials = credentials
        }
    }

    /// Sorted `NAME=value` strings: defaults, then the function's own variables, then the reserved ones, which win.
    package static func make(_ spec: EnvironmentSpec, runtime: RuntimeIdentifier, instance: Instance) -> [String] {
        var variables = Self.defaults(spec, runtime: runtime, instance: instance)
        if let image = spec.image {
            variables["LD_LIBRARY_PATH"] = nil
            for (name, value) in image.variables where Self.isUsable(name, value) { variables[name] = value }
        }
        for (name, value) in spec.variables where Self.isUsable(name, value) { variables[name] = value }
        variables.merge(Self.reserved(spec, runtime: runtime, instance: instance)) { _, reserved in reserved }
        // Lambda's bootstrap looks into layers before what PYTHONPATH says, whoever has set that.
        if case .python = runtime.family, !spec.layerDirectories.isEmpty {
            let folders = Self.layers(spec, ["python/lib/\(spec.runtime)/site-packages", "python"])
            variables["PYTHONPATH"] = folders + (variables["PYTHONPATH"] ?? "")
        }
        return variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// What a function may override.
    private static func defaults(
        _ spec: EnvironmentSpec, runtime: RuntimeIdentifier, instance: Instance
    ) -> [String: String] {
        let root = spec.codeDirectory
        let directory = instance.runtimeDirectory
        var variables: [String: String] = [
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PATH": "/usr/local/bin:/usr/bin/:/bin:\(Self.layers(spec, ["bin"]))/opt/bin",
            "LD_LIBRARY_PATH": "/lib64:/usr/lib64:\(directory):\(directory)/lib:\(root):\(root)/lib:"
                + "\(Self.layers(spec, ["lib"]))/opt/lib",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        ]
        if let directory = instance.temporaryDirectory { variables["TMPDIR"] = directory }
        if let endpoint = instance.endpoint {
            variables["AWS_ENDPOINT_URL"] = endpoint
            // The endpoint's host has no names with prefixes, which some operations have at AWS.
            variables["AWS_DISABLE_HOST_PREFIX_INJECTION"] = "true"
        }
        switch runtime.family {
        case .python: variables["PYTHONPATH"] = directory
        case .node(let major):
            variables["NODE_PATH"] =
                Self.layers(spec, ["nodejs/node\(major)/node_modules", "nodejs/node_modules"])
                + "/opt/nodejs/node\(major)/node_modules:/opt/nodejs/node_modules:\(directory)/node_modules:\(directory):\(root)"
        case .java, .ruby, .dotnet, .provided: break
        }
        return variables
    }

    /// Folders of all layers, each with a colon after it: until layers are laid over each other at `/opt`, where the last
    /// one's files hide those of the ones before, the last one is looked into first.
    private static func layers(_ spec: EnvironmentSpec, _ folders: [String]) -> String {
        spec.layerDirectories.reversed().flatMap { layer in folders.map { "\(layer)/\($0):" } }.joined()
    }

    private static func reserved(
        _ spec: EnvironmentSpec, runtime: RuntimeIdentifier, instance: Instance
    ) -> [String: String] {
        var variables: [String: String] = [
            "_HANDLER": spec.handler,
            "AWS_REGION": spec.region,
            "AWS_DEFAULT_REGION": spec.region,
            "AWS_LAMBDA_FUNCTION_NAME": spec.functionName,
            "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(spec.memoryMiB),
            "AWS_LAMBDA_INITIALIZATION_TYPE": instance.initializationType,
            "AWS_LAMBDA_LOG_FORMAT": spec.logging.format.rawValue,
            "AWS_LAMBDA_LOG_GROUP_NAME": spec.logGroup,
            "AWS_LAMBDA_LOG_STREAM_NAME": instance.logStream,
            "AWS_LAMBDA_RUNTIME_API": instance.runtimeAPI,
            "AWS_ACCESS_KEY_ID": instance.credentials.accessKeyID,
            "AWS_SECRET_ACCESS_KEY": instance.credentials.secretAccessKey,
            "AWS_SESSION_TOKEN": instance.credentials.sessionToken,
            "LAMBDA_TASK_ROOT": spec.codeDirectory,
            "LAMBDA_RUNTIME_DIR": instance.runtimeDirectory,
        ]
        // "not available in Lambda SnapStart functions" (Monitoring for Lambda SnapStart)
        if spec.snapStart {
            variables["AWS_LAMBDA_LOG_GROUP_NAME"] = nil
            variables["AWS_LAMBDA_LOG_STREAM_NAME"] = nil
        }
        if spec.logging.format == .json {
            variables["AWS_LAMBDA_LOG_LEVEL"] = spec.logging.applicationLevel.name
        }
        // Entry points find the handler in their command.
        if spec.image != nil { variables["_HANDLER"] = nil }
        // "This environment variable is not defined for OS-only runtimes."
        if runtime.family != .provided { variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_\(spec.runtime)" }
        return variables
    }

    /// A name or value with a NUL, or a name with `=`, cannot be passed to a process.
    private static func isUsable(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "=")) && !value.utf8.contains(0)
    }
}
