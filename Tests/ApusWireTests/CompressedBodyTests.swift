import ApusBase
import ApusService
import ApusSQS
import Testing

@testable import ApusWire

/// Bodies that clients compress (the trait `requestcompression`, which PutMetricData has). Made with Python's gzip.
@Suite struct CompressedBodyTests {
    private let headers = HTTPFields(["content-encoding": "gzip"])
    /// {"QueueUrl": "q"} in CBOR and in JSON.
    private let cbor = Hex.decode("1f8b08000000000002035b9811589a5a9a1a5a949358080097ecfdcb0c000000")!
    private let json = Hex.decode("1f8b0800000000000203ab560a2c4d2d4d0d2dca51b2522a54aa0500330d8db110000000")!
    /// Action=PutMetricData&Namespace=N&Version=2010-08-01
    private let form = Hex.decode(
        "1f8b0800000000000203734c2ec9cccfb30d282df14d2d29ca4c76492c4954f34bcc4d2d2e484c4eb5f5530b4b2d2a06a930323034d035b0d03530040066be631333000000"
    )!

    @Test func `a body is unpacked before it is read`() throws {
        let fromCBOR = try SQSAPI.model.decode(
            GetQueueAttributesInput.self, from: try WireInput.cbor(self.cbor).unpacked(self.headers))
        #expect(fromCBOR.queueUrl == "q")
        let custom = HTTPFields(["content-encoding": "custom, gzip"])
        let fromJSON = try SQSAPI.model.decode(
            GetQueueAttributesInput.self, from: try WireInput.json(self.json).unpacked(custom))
        #expect(fromJSON.queueUrl == "q")
        let rest = WireInput.rest(HTTPRequest(method: "PUT", path: "/", body: self.json), URILabels())
        #expect(self.body(of: try rest.unpacked(self.headers)) == Array(#"{"QueueUrl":"q"}"#.utf8))
    }

    private func body(of input: WireInput) -> [UInt8]? {
        switch input {
        case .json(let body), .cbor(let body): body
        case .rest(let request, _, _): request.body
        case .query, .packedQuery: nil
        }
    }

    @Test func `a body is left as it is where no header says otherwise`() throws {
        #expect(self.body(of: try WireInput.json(self.json).unpacked(HTTPFields())) == self.json)
    }

    @Test func `a body that is not what its header says is refused`() {
        #expect(throws: WireError.serialization("")) { try WireInput.json([0x7b, 0x7d]).unpacked(self.headers) }
    }

    @Test func `a compressed form is unpacked for the operation alone`() throws {
        guard case .query(let form) = try WireInput.packedQuery(self.form).unpacked(self.headers) else {
            Issue.record("a form is no form any more")
            return
        }
        #expect(form["Namespace"] == "N")
        // An operation that takes no compressed bodies does not unpack it.
        #expect(throws: WireError.serialization("")) {
            try SQSAPI.model.decode(GetQueueAttributesInput.self, from: .packedQuery(self.form))
        }
    }

    @Test func `of a form whose sender is not known only the beginning is unpacked`() throws {
        let whole = Array("Action=Send&Version=1&Body=".utf8) + [UInt8](repeating: 0x61, count: 1 << 20)
        let packed = Gzip.compress(whole)
        #expect(Gzip.beginning(of: packed, limit: 100) == Array(whole.prefix(100)))
        #expect(Gzip.beginning(of: packed, limit: 4 << 20) == whole)
        #expect(Gzip.beginning(of: Array("Action=Send".utf8), limit: 100) == nil)
    }

    @Test func `a compressed form is routed`() {
        let model = ServiceModel(
            name: "CloudWatch", signingName: "monitoring", apiVersion: "2010-08-01", protocols: [.query],
            errors: ErrorDialect(), validation: ValidationPolicy(),
            operations: [OperationBinding("PutMetricData", gzip: true)])
        let router = RequestRouter([ServiceDefinition(model: model, operations: [])])
        let request = HTTPRequest(
            method: "POST", path: "/",
            headers: HTTPFields(["content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"]),
            body: self.form)
        do throws(RequestRouter.Refusal) {
            _ = try router.route(request, scope: "monitoring")
            Issue.record("an operation without code is routed")
        } catch {
            #expect(error.error.answer.message == "Apus does not implement the operation PutMetricData of CloudWatch.")
        }
    }
}
