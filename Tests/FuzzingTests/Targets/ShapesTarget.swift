import ApusBase
import ApusLambda
import ApusSQS
import ApusWire

/// Bodies as operations read them: shapes with lists, maps, blobs and structures in each protocol, and the model's
/// constraints on what was read. The first byte chooses among them.
enum ShapesTarget {
    static func check(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        switch first % 8 {
        case 0: Self.decode(.json(body))
        case 1: if let form = try? QueryForm(body) { Self.decode(.query(form)) }
        case 2: Self.decode(.cbor(body))
        case 3: Self.decode(.rest(Self.request(body), URILabels()))
        case 4: Self.decode(.rest(Self.request(body), URILabels(), .xml))
        case 5: _ = try? LambdaAPI.model.decode(CreateFunctionInput.self, from: .rest(Self.request(body), URILabels()))
        case 6:
            _ = try? LambdaAPI.model.decode(
                CreateEventSourceMappingInput.self, from: .rest(Self.request(body), URILabels()))
        default: _ = try? SQSAPI.model.decode(CreateQueueInput.self, from: .json(body))
        }
    }

    private static func decode(_ input: WireInput) {
        _ = try? SQSAPI.model.decode(SendMessageBatchInput.self, from: input)
    }

    private static func request(_ body: [UInt8]) -> HTTPRequest {
        HTTPRequest(method: "POST", path: "/", headers: HTTPFields(["content-type": "application/json"]), body: body)
    }
}
