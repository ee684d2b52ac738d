internal import ApusBase
internal import ApusService
internal import ApusWire
internal import Synchronization

/// The answer of a function URL with `InvokeMode: RESPONSE_STREAM`: the function's bytes as they come.
///
/// An error after the beginning cuts the connection, so that nobody takes the answer for whole.
final class FunctionURLStream: BodySource {
    private let stream: ResponseStream
    /// What came with the prelude.
    private let first: Mutex<[UInt8]>

    private init(_ stream: ResponseStream, first: [UInt8]) {
        self.stream = stream
        self.first = Mutex(first)
    }

    deinit { self.stream.cancel() }

    /// The answer's beginning, once it has come; nil where the function failed or began with what is no answer.
    ///
    /// Errors: what the runner refuses.
    static func response(to stream: ResponseStream) async throws(ServiceError) -> HTTPResponse? {
        switch await stream.next() {
        case .begin(StreamedPrelude.contentType?): return await self.integrated(stream)
        case .begin(let type):
            // "The default content type is application/octet-stream" of streams that say nothing else.
            var response = HTTPResponse(
                status: 200, headers: HTTPFields(["content-type": type ?? "application/octet-stream"]))
            response.source = FunctionURLStream(stream, first: [])
            return response
        case .over(.failure(let error)): throw FunctionInvocations.answer(error)
        case .over(.success(let outcome)):
            guard outcome.functionError == nil else { return nil }
            return HTTPResponse(
                status: 200, headers: HTTPFields(["content-type": "application/json"]), body: outcome.payload)
        case .bytes, .end: return nil
        }
    }

    private static func integrated(_ stream: ResponseStream) async -> HTTPResponse? {
        var prelude = StreamedPrelude()
        while !prelude.isTooLong, case .bytes(let bytes) = await stream.next() {
            guard let rest = prelude.take(bytes) else { continue }
            guard var response = FunctionURLResponse.streamed(prelude.json) else { break }
            response.source = FunctionURLStream(stream, first: rest)
            return response
        }
        stream.cancel()
        return nil
    }

    func next(_ deliver: @escaping @Sendable (BodyPart) -> Void) {
        let first = self.first.withLock { first in
            defer { first = [] }
            return first
        }
        if !first.isEmpty { return deliver(.bytes(first)) }
        self.stream.next { part in
            switch part {
            case .bytes(let bytes): deliver(.bytes(bytes))
            case .end: deliver(.end)
            case .begin, .over: deliver(.failure)
            }
        }
    }

    func cancel() { self.stream.cancel() }

    /// It ends with its invocation, which ends with the server.
    func wrapUp() {}
}
