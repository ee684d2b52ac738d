package import ApusService

/// What a receive asks for, checked.
///
/// Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
package struct ReceiveRequest: Sendable {
    package var limit: Int
    /// nil: the queue's own.
    package var visibilityTimeoutSeconds: Int?
    /// nil: the queue's own.
    package var waitSeconds: Int?
    /// Heeded by FIFO queues only.
    package var attemptID: String?
    package var selection: AttributeSelection

    /// Errors: `InvalidParameterValue`, `InvalidAttributeName`.
    package init(_ input: ReceiveMessageInput) throws(ServiceError) {
        self.limit = input.maxNumberOfMessages ?? 1
        guard SQSLimits.receiveMessages.contains(self.limit) else {
            throw Self.refusal("MaxNumberOfMessages", String(self.limit), "Must be between 1 and 10, if provided.")
        }
        self.visibilityTimeoutSeconds = input.visibilityTimeout
        if let timeout = input.visibilityTimeout, !SQSLimits.visibilityTimeoutSeconds.contains(timeout) {
            throw Self.refusal("VisibilityTimeout", String(timeout), "Must be >= 0 and <= 43200, if provided.")
        }
        self.waitSeconds = input.waitTimeSeconds
        if let wait = input.waitTimeSeconds, !SQSLimits.receiveWaitSeconds.contains(wait) {
            throw Self.refusal("WaitTimeSeconds", String(wait), "Must be >= 0 and <= 20, if provided.")
        }
        self.attemptID = input.receiveRequestAttemptId
        if let id = input.receiveRequestAttemptId, !MessageText.isIdentifier(id) {
            throw Self.refusal(
                "ReceiveRequestAttemptId", id,
                "ReceiveRequestAttemptId can only include alphanumeric and punctuation characters. 1 to 128 in length")
        }
        self.selection = try AttributeSelection(
            system: (input.attributeNames ?? []) + (input.messageSystemAttributeNames ?? []),
            message: input.messageAttributeNames ?? [])
    }

    /// Whether a receive of a queue with those attributes waits.
    package func polling(of queue: QueueAttributes) -> Polling {
        (self.waitSeconds ?? queue.receiveWaitSeconds) > 0 ? .long : .short
    }

    private static func refusal(_ parameter: String, _ value: String, _ reason: String) -> ServiceError {
        CommonError.invalidParameterValue("Value \(value) for parameter \(parameter) is invalid. Reason: \(reason)")
    }
}
