internal import ApusBase

/// What names a move task to callers: Base64 of a JSON map with the task's id and its queue's ARN, as AWS's are.
///
/// Source: the example answer of
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
package struct MoveTaskHandle: Equatable, Sendable {
    package var taskID: String
    package var source: String

    package init(taskID: String, source: String) {
        self.taskID = taskID
        self.source = source
    }

    package var text: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("taskId")
        writer.string(self.taskID)
        writer.key("sourceArn")
        writer.string(self.source)
        writer.endObject()
        return Base64.encode(writer.bytes)
    }

    /// nil when `text` is no handle.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytes, let bytes = Base64.decode(text),
            let value = try? JSONValue(parsing: bytes), case .object(let object) = value,
            case .string(let id)? = object["taskId"], case .string(let source)? = object["sourceArn"]
        else { return nil }
        self.init(taskID: id, source: source)
    }
    /// Longer than any handle that was ever given out.
    private static let bytes = 1_024
}
