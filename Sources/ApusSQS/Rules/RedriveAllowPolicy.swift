internal import ApusBase
package import ApusService

/// Which queues may name this one as their dead-letter queue.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
package enum RedriveAllowPolicy: Equatable, Sendable {
    case allowAll
    case denyAll
    /// Only the queues with these ARNs.
    case byQueue([String])

    /// Reads the attribute's JSON; nil for an empty text, which takes the policy away. Errors: `InvalidParameterValue`.
    package init?(parsing text: String) throws(ServiceError) {
        if text.isEmpty { return nil }
        guard let value = try? JSONValue(parsing: text), case .object(let object) = value else {
            throw Self.refusal(text, "Redrive allow policy is not a valid JSON map.")
        }
        guard case .string(let permission)? = object["redrivePermission"] else {
            throw Self.refusal(text, "Redrive allow policy does not contain mandatory attribute: redrivePermission.")
        }
        var sources: [String]?
        if let listed = object["sourceQueueArns"] {
            guard case .array(let elements) = listed else { throw Self.refusal(text, "sourceQueueArns is not a list.") }
            sources = elements.compactMap { if case .string(let arn) = $0 { arn } else { nil } }
            guard let sources, sources.count == elements.count, (1...SQSLimits.redriveSources).contains(sources.count)
            else {
                throw Self.refusal(text, "sourceQueueArns must have 1 to 10 queue ARNs.")
            }
        }
        switch (permission, sources) {
        case ("allowAll", nil): self = .allowAll
        case ("denyAll", nil): self = .denyAll
        case ("byQueue", let sources?): self = .byQueue(sources)
        default:
            throw Self.refusal(
                text, "redrivePermission must be allowAll, denyAll or byQueue, and only byQueue has sourceQueueArns.")
        }
    }

    /// The attribute as callers read it.
    package var text: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("redrivePermission")
        switch self {
        case .allowAll: writer.string("allowAll")
        case .denyAll: writer.string("denyAll")
        case .byQueue(let sources):
            writer.string("byQueue")
            writer.key("sourceQueueArns")
            writer.beginArray()
            for source in sources { writer.string(source) }
            writer.endArray()
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Whether the queue with that ARN may name this one.
    package func allows(_ source: String) -> Bool {
        switch self {
        case .allowAll: true
        case .denyAll: false
        case .byQueue(let sources): sources.contains(source)
        }
    }

    private static func refusal(_ text: String, _ reason: String) -> ServiceError {
        CommonError.invalidParameterValue(
            "Value \(text) for parameter RedriveAllowPolicy is invalid. Reason: \(reason)")
    }
}
