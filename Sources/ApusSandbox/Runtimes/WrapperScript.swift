internal import ApusService

/// The script by which a function has its runtime started: it gets the program's path and arguments, and executes them or others.
/// "Wrapper scripts are not supported on OS-only runtimes"; an image's entry point is its own matter.
///
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
enum WrapperScript {
    static let variable = "AWS_LAMBDA_EXEC_WRAPPER"

    /// Where the script is, as the environment sees it; nil: the function names none. Without namespaces what Lambda has at
    /// `/var/task` and `/opt` lies in folders of the server's; blocks for a system call for each layer then.
    static func path(_ spec: EnvironmentSpec, under isolation: Isolation) -> String? {
        guard let path = spec.variables[Self.variable], !path.isEmpty else { return nil }
        guard isolation != .namespaces else { return path }
        if path.hasPrefix(NestPaths.code + "/") { return spec.codeDirectory + path.dropFirst(NestPaths.code.count) }
        guard path.hasPrefix(NestPaths.layers + "/") else { return path }
        let rest = path.dropFirst(NestPaths.layers.count)
        return spec.layerDirectories.reversed().map { $0 + rest }.first { ControlFiles.exists($0) } ?? path
    }
}
