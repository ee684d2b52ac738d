internal import ApusBase
package import ApusService

/// The environment variables of a function: what may be set, and how they are kept.
package enum FunctionVariables {
    /// Set by Lambda and not to be changed.
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    package static let reserved: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ]

    /// Errors: InvalidParameterValueException for reserved names and for more than 4 KB.
    package static func check(_ variables: [String: String]) throws(ServiceError) {
        let forbidden = variables.keys.filter { Self.reserved.contains($0) }.sorted()
        guard forbidden.isEmpty else {
            throw LambdaError.invalidParameterValue(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided contains reserved keys that are currently not supported for modification. Reserved keys used "
                    + "in this request: \(forbidden.joined(separator: ", "))")
        }
        let text = String(decoding: Self.encode(variables), as: UTF8.self)
        guard text.utf8.count <= LambdaLimits.environmentBytes else {
            throw LambdaError.invalidParameterValue(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided exceeded the 4KB limit. String measured: \(text)")
        }
    }

    /// The variables as a JSON object, sorted by name.
    package static func encode(_ variables: [String: String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }

    /// What `encode` made; empty for anything else.
    package static func decode(_ bytes: [UInt8]) -> [String: String] {
        guard let value = try? JSONValue(parsing: bytes), case .object(let object) = value else { return [:] }
        var variables: [String: String] = [:]
        for member in object.members { variables[member.name] = member.value.stringValue }
        return variables
    }

    /// What ties sealed variables to their function.
    package static func context(function: UInt64) -> [UInt8] { Array("lambda-variables-\(function)".utf8) }
}
