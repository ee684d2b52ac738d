internal import ApusBase
package import ApusService

/// One request of an API between its routing and its answer.
package final class InFlight: Sendable {
    package let request: HTTPRequest
    package let route: OperationRoute
    package let context: CallContext
    package let host: ServiceHost
    package let exchange: any Exchange
    private let recorder: any RequestRecorder
    private let startedNanoseconds: UInt64

    package init(
        request: HTTPRequest, route: OperationRoute, context: CallContext, host: ServiceHost, exchange: any Exchange,
        recorder: any RequestRecorder, startedNanoseconds: UInt64
    ) {
        self.request = request
        self.route = route
        self.context = context
        self.host = host
        self.exchange = exchange
        self.recorder = recorder
        self.startedNanoseconds = startedNanoseconds
    }

    /// Reads and validates the input; answers the caller and returns nil where that fails.
    package func decode<Input: Shape>(_ type: Input.Type) -> Input? {
        do throws(WireError) {
            let isPlain = !self.route.binding.acceptsGzip
            let input = isPlain ? self.route.input : try self.route.input.unpacked(self.request.headers)
            return try self.route.service.model.decode(type, from: input)
        } catch {
            self.fail(self.route.service.model.apiError(for: error))
            return nil
        }
    }

    package func succeed<Output: Shape>(_ output: Output) {
        let response = self.route.service.model.encode(
            output, of: self.route.binding, as: self.route.wireProtocol, requestID: self.context.requestID)
        self.send(response, errorCode: nil)
    }

    /// Answers with the beginning of a stream; its events follow as the peer takes them. What is recorded is the beginning.
    package func begin<Output: Shape, Source: EventSource>(
        _ output: Output, _ stream: Source
    ) where Source.Event: EventShape {
        let (model, wire) = (self.route.service.model, self.route.wireProtocol)
        var (head, first) = model.beginEvents(
            output, of: self.route.binding, as: wire, requestID: self.context.requestID)
        head.source = EventBody(stream, first: first, model: model, wire: wire)
        self.send(head, errorCode: nil)
    }

    package func fail(_ error: ServiceError) {
        self.fail(error.answer)
    }

    package func fail(_ error: APIError) {
        let response = self.route.service.model.render(
            error, as: self.route.wireProtocol, requestID: self.context.requestID)
        self.send(response, errorCode: error.code)
    }

    /// Answers with what `result` holds.
    package func finish<Output: Shape>(_ result: Result<Output, ServiceError>) {
        switch result {
        case .success(let output): self.succeed(output)
        case .failure(let error): self.fail(error)
        }
    }

    private func send(_ response: HTTPResponse, errorCode: String?) {
        let record = RequestRecord(
            requestID: self.context.requestID, service: self.route.service.model.name,
            operation: self.route.binding.name, status: response.status, errorCode: errorCode,
            account: self.context.principal.account,
            durationNanoseconds: self.host.clock.monotonicNanoseconds &- self.startedNanoseconds,
            requestBytes: self.request.body.count, responseBytes: response.body.count)
        var response = response
        response.compression = .whereAccepted
        self.exchange.reply(response)
        self.recorder.record(record)
    }
}
