import ApusBase
import ApusSQS
import ApusService
import ApusWire
import Testing

/// RPC-v2-CBOR through a service's model and the router. Source: "Smithy RPC v2 CBOR" of smithy.io's specifications.
@Suite struct RPCv2CBORTests {
    private func model(_ protocols: [WireProtocol] = [.cbor, .json10], checksum: Bool = false) -> ServiceModel {
        ServiceModel(
            name: "SQS", signingName: "sqs", apiVersion: "", protocols: protocols, targetPrefix: "AmazonSQS",
            errors: ErrorDialect(namespace: "com.amazonaws.sqs", isQueryCompatible: true),
            validation: ValidationPolicy(),
            bodyChecksum: checksum, operations: [OperationBinding("SendMessage")])
    }

    /// How a request is refused: 501 says that the operation was found and has no code here.
    private func refusal(
        _ path: String, method: String = "POST", _ headers: KeyValuePairs<String, String>, body: [UInt8] = [0xa0],
        protocols: [WireProtocol] = [.cbor, .json10]
    ) -> (answer: APIError, wireProtocol: WireProtocol)? {
        let router = RequestRouter([ServiceDefinition(model: self.model(protocols), operations: [])])
        let request = HTTPRequest(method: method, path: path, headers: HTTPFields(headers), body: body)
        do throws(RequestRouter.Refusal) {
            _ = try router.route(request, scope: "sqs")
            return nil
        } catch {
            return (error.error.answer, error.wireProtocol)
        }
    }

    private let headers: KeyValuePairs<String, String> = [
        "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor",
    ]

    @Test(arguments: [
        "/service/AmazonSQS/operation/SendMessage", "/some/prefix/service/AmazonSQS/operation/SendMessage",
    ])
    func `the path names service and operation, whatever is before`(path: String) {
        let refusal = self.refusal(path, self.headers)
        #expect(refusal?.answer.status == 501 && refusal?.wireProtocol == .cbor)
        #expect(refusal?.answer.message == "Apus does not implement the operation SendMessage of SQS.")
    }

    @Test func `what names no operation is told so in CBOR`() {
        for path in [
            "/", "/service/AmazonSQS", "/service/AmazonSQS/operation/SendMessage/x",
            "/x/AmazonSQS/operation/SendMessage",
        ] {
            let refusal = self.refusal(path, self.headers)
            #expect(refusal?.answer.code == "UnknownOperationException" && refusal?.wireProtocol == .cbor, "\(path)")
        }
        let path = "/service/AmazonSQS/operation/SendMessage"
        #expect(self.refusal(path, method: "GET", self.headers)?.answer.code == "UnknownOperationException")
        #expect(self.refusal(path, ["smithy-protocol": "rpc-v2-json"])?.answer.code == "UnknownOperationException")
        #expect(self.refusal(path, self.headers, protocols: [.json10])?.answer.code == "UnknownOperationException")
        #expect(self.refusal("/service/Other/operation/X", self.headers)?.answer.status == 501)
    }

    /// The specification demands it "for security reasons".
    @Test func `a request that also has X-Amz-Target is refused`() {
        let refusal = self.refusal(
            "/service/AmazonSQS/operation/SendMessage",
            [
                "smithy-protocol": "rpc-v2-cbor", "x-amz-target": "AmazonSQS.SendMessage",
                "content-type": "application/cbor",
            ])
        #expect(refusal?.answer.code == "SerializationException" && refusal?.answer.status == 400)
    }

    @Test func `a body must be called CBOR, and where there is none it need not`() {
        let path = "/service/AmazonSQS/operation/SendMessage"
        #expect(self.refusal(path, ["smithy-protocol": "rpc-v2-cbor"])?.answer.code == "SerializationException")
        #expect(self.refusal(path, ["smithy-protocol": "rpc-v2-cbor"], body: [])?.answer.status == 501)
    }

    /// {"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": 1, "MessageAttributes": {"k": {"DataType": "Binary",
    /// "BinaryValue": h'00ff'}}, "Unknown": [_ {"a": null}], "MessageGroupId": null}
    private static let sendMessage = Hex.decode(
        "bf685175657565557 26c61716b4d657373616765426f647961626c44656c61795365636f6e647301714d65737361676541747472696275746573"
            .filter { $0 != " " }
            + "a1616ba26844617461547970656642696e6172796b42696e61727956616c75654200ff67556e6b6e6f776e9fa16161f6ff"
            + "6e4d65737361676547726f75704964f6ff")!

    @Test func `a request is read; what is unknown and what is null are passed over`() throws {
        let input = try self.model().decode(SendMessageInput.self, from: .cbor(Self.sendMessage))
        #expect(
            input
                == SendMessageInput(
                    queueUrl: "q", messageBody: "b", delaySeconds: 1,
                    messageAttributes: ["k": MessageAttributeValue(dataType: "Binary", binaryValue: [0, 255])]))
    }

    @Test func `what is absent is named as in JSON, and what is no CBOR is a SerializationException`() throws {
        #expect(throws: WireError.missingParameter("QueueUrl")) {
            try SQSAPI.model.decode(SendMessageInput.self, from: .cbor([]))
        }
        for body in [[0xa1], [0x80], [0xa0, 0xa0], [0xbf], [0xa1, 0x68] + Array("QueueUrl".utf8) + [0x01]] as [[UInt8]]
        {
            #expect(throws: WireError.serialization("")) {
                try self.model().decode(SendMessageInput.self, from: .cbor(body))
            }
        }
        #expect(self.model().apiError(for: .serialization("")).code == "SerializationException")
    }

    @Test func `an answer says that it is CBOR, and has no body where the operation has no output`() throws {
        let operation = OperationBinding("SendMessage")
        let output = SendMessageOutput(messageId: "i")
        var response = self.model().encode(output, of: operation, as: .cbor, requestID: "r")
        #expect(response.headers["smithy-protocol"] == "rpc-v2-cbor" && response.headers["x-amzn-requestid"] == "r")
        #expect(response.headers["content-type"] == "application/cbor")
        #expect(Hex.encode(response.body) == "bf694d6573736167654964" + "6169ff")
        response = self.model().encode(NoShape(), of: operation, as: .cbor, requestID: "r")
        #expect(response.headers["smithy-protocol"] == "rpc-v2-cbor" && response.headers["content-type"] == nil)
        #expect(response.body.isEmpty)
    }

    @Test func `an error names its type, and its Query code in a header`() throws {
        let error = APIError("QueueDoesNotExist", queryCode: "NonExistentQueue", status: 400, message: "no")
        let response = self.model().render(error, as: .cbor, requestID: "r")
        #expect(response.headers["x-amzn-query-error"] == "NonExistentQueue;Sender")
        #expect(response.headers["content-type"] == "application/cbor")
        let body = try CBORTree.read(response.body)
        #expect(body == ["__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no"])
    }

    /// DynamoDB's answers carry it; botocore's retry rules for dynamodb name the header and check it.
    @Test func `answers and errors carry the CRC-32 of their body where the service has it`() {
        let model = self.model(checksum: true)
        let output = SendMessageOutput(messageId: "i")
        for wire in [WireProtocol.json10, .cbor] {
            let response = model.encode(output, of: OperationBinding("SendMessage"), as: wire, requestID: "r")
            #expect(response.headers["x-amz-crc32"] == String(Digest.crc32(response.body)))
            let failure = model.render(APIError("A", status: 400, message: "m"), as: wire, requestID: "r")
            #expect(failure.headers["x-amz-crc32"] == String(Digest.crc32(failure.body)))
        }
        let without = self.model().encode(output, of: OperationBinding("SendMessage"), as: .json10, requestID: "r")
        #expect(without.headers["x-amz-crc32"] == nil)
    }
}
