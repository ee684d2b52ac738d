internal import ApusService

/// A response that the runtime streams: handed on part by part to who wants it so, and collected for everybody else.
struct StreamedResponse {
    let contentType: String?
    private let sink: ResponseStream?
    private var collected: [UInt8] = []
    private(set) var count = 0
    private(set) var isTooLarge = false

    init(contentType: String?, to sink: ResponseStream?) {
        self.contentType = contentType
        self.sink = sink
        sink?.begin(contentType: contentType)
    }

    /// Bytes beyond the limit are thrown away; so is all that was collected.
    mutating func take(_ bytes: [UInt8], drained: @escaping @Sendable () -> Void) -> ResponseStream.Room {
        guard !self.isTooLarge else { return .free }
        self.count += bytes.count
        if self.count > (self.sink == nil ? SandboxLimits.payloadBytes : SandboxLimits.streamBytes) {
            self.isTooLarge = true
            self.collected = []
            return .free
        }
        if let sink { return sink.write(bytes, drained: drained) }
        self.collected += bytes
        return .free
    }

    /// How the invocation ends, now that all has come.
    mutating func end(_ trailers: RuntimeRequest.Trailers) -> EnvironmentMachine.Ending {
        if trailers.errorType != nil || trailers.errorBody != nil {
            return .reported(FailurePayload.midstream(trailers))
        }
        guard let sink else {
            defer { self.collected = [] }
            return self.isTooLarge ? .responseTooLarge(bytes: nil) : .answered(self.collected)
        }
        if self.isTooLarge { return .reported(FailurePayload.streamTooLarge()) }
        sink.end()
        return .streamed
    }
}

/// Responses that a runtime streams, as its connections hand them on.
extension Environment {
    /// Nil when the parts may come; otherwise the answer of the request.
    func beginStream(requestID: String, contentType: String?) -> [UInt8]? {
        do throws(EnvironmentMachine.Refusal) {
            try self.machine.beginStream(requestID: requestID)
        } catch {
            return RuntimeReply.refusal(error)
        }
        self.streamed = StreamedResponse(contentType: contentType, to: self.invocation?.request.stream)
        return nil
    }

    func stream(_ bytes: [UInt8], drained: @escaping @Sendable () -> Void) -> ResponseStream.Room {
        self.streamed?.take(bytes, drained: drained) ?? .free
    }

    func endStream(_ trailers: RuntimeRequest.Trailers) -> [UInt8] {
        guard let ending = self.streamed?.end(trailers) else { return RuntimeReply.invalidRequestID }
        self.machine.endStream(ending)
        return self.streamed?.isTooLarge == true ? RuntimeReply.tooLarge : RuntimeReply.accepted
    }

    func streamLost() {
        guard let invocation = self.invocation else { return }
        self.machine.streamLost(
            .reported(FailurePayload.truncatedResponse(requestID: invocation.request.requestID)))
    }
}
