import ApusBase
import ApusIAM
import ApusLambda
import ApusSQS
import ApusWire
import Testing

/// Bytes that are almost right: a request is read or refused, never a trap.
@Suite struct FuzzTests {
    private static let rounds = 4000

    /// `seed` with a few bytes changed, removed, doubled or swapped for ones that mean something.
    private func damaged(_ seed: [UInt8], _ entropy: SeededEntropy) -> [UInt8] {
        let meaningful = Array("{}[]\",:\\.=&%+0n<>/;".utf8) + [0, 0xff]
        var bytes = seed
        for _ in 0...Int(entropy.below(4)) where !bytes.isEmpty {
            let place = Int(entropy.below(UInt64(bytes.count)))
            switch entropy.below(4) {
            case 0: bytes[place] = meaningful[Int(entropy.below(UInt64(meaningful.count)))]
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(meaningful[Int(entropy.below(UInt64(meaningful.count)))], at: place)
            default: bytes.replaceSubrange(place..., with: bytes[..<place])
            }
        }
        return bytes
    }

    @Test func `damaged JSON is read or refused`() {
        let entropy = SeededEntropy(seed: 1)
        let seed = Array(
            """
            {"QueueUrl":"q\\u00e9","Entries":[{"Id":"a","MessageBody":"x","DelaySeconds":1,\
            "MessageAttributes":{"k":{"DataType":"Binary","BinaryValue":"AAEC","StringListValues":["a",null]}}}]}
            """.utf8)
        var read = 0
        for _ in 0..<Self.rounds {
            let body = self.damaged(seed, entropy)
            if (try? SQSAPI.model.decode(SendMessageBatchInput.self, from: .json(body))) != nil { read += 1 }
        }
        #expect(read > 0 && read < Self.rounds)
    }

    @Test func `a damaged form is read or refused`() {
        let entropy = SeededEntropy(seed: 2)
        let seed = Array(
            """
            QueueUrl=q&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=x+%C3%A9\
            &SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=k&SendMessageBatchRequestEntry.1.MessageAttribute.1.\
            Value.DataType=String&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=y
            """.utf8)
        var read = 0
        for _ in 0..<Self.rounds {
            guard let form = try? QueryForm(self.damaged(seed, entropy)) else { continue }
            if (try? SQSAPI.model.decode(SendMessageBatchInput.self, from: .query(form))) != nil { read += 1 }
        }
        #expect(read > 0 && read < Self.rounds)
    }

    @Test func `a damaged path, query or body of REST is read or refused`() throws {
        let entropy = SeededEntropy(seed: 3)
        let routes = RouteTable(LambdaAPI.model.operations)
        let body = Array(#"{"Runtime":"python3.11","Timeout":3,"Layers":["a"],"VpcConfig":{"SubnetIds":[]}}"#.utf8)
        var routed = 0
        for _ in 0..<Self.rounds {
            let path = String(
                decoding: self.damaged(Array("/2015-03-31/functions/f%2Da/configuration".utf8), entropy), as: UTF8.self)
            let query = String(decoding: self.damaged(Array("Qualifier=1&a=%20".utf8), entropy), as: UTF8.self)
            let request = HTTPRequest(method: "PUT", path: path, query: query, body: self.damaged(body, entropy))
            guard case .operation(_, let labels) = routes.match(method: "PUT", path: path, query: query) else {
                continue
            }
            routed += 1
            _ = try? LambdaAPI.model.decode(UpdateFunctionConfigurationInput.self, from: .rest(request, labels))
        }
        #expect(routed > 0)
    }

    @Test func `a damaged XML body is read or refused`() {
        let entropy = SeededEntropy(seed: 4)
        let seed = Array(
            """
            <R><Runtime>python3.11</Runtime><Timeout>3</Timeout><Layers><member>a</member><member>b&amp;</member></Layers>\
            <Environment><Variables><entry><key>AA</key><value>1</value></entry></Variables></Environment></R>
            """.utf8)
        var read = 0
        for _ in 0..<Self.rounds {
            let request = HTTPRequest(method: "PUT", path: "/", body: self.damaged(seed, entropy))
            let source = WireInput.rest(request, URILabels(["FunctionName": "f"]), .xml)
            if (try? LambdaAPI.model.decode(UpdateFunctionConfigurationInput.self, from: source)) != nil { read += 1 }
        }
        #expect(read > 0 && read < Self.rounds)
    }

    @Test func `damaged CBOR is read or refused`() {
        let entropy = SeededEntropy(seed: 5)
        let seed = Hex.decode(
            "a26851756575655572" + "6c617167456e747269657381a3624964616b" + "6b4d657373616765426f6479617871"
                + "4d65737361676541747472696275746573a1616ba2684461746154797065"
                + "6642696e6172796b42696e61727956616c75654200ff")!
        var read = 0
        for _ in 0..<Self.rounds {
            let source = WireInput.cbor(self.damaged(seed, entropy))
            if (try? SQSAPI.model.decode(SendMessageBatchInput.self, from: source)) != nil { read += 1 }
        }
        #expect(read > 0 && read < Self.rounds)
    }

    @Test func `a form of many or deep names takes time in proportion`() throws {
        let wide = (0..<50_000).map { "Tags.member.\($0).Key=a" }.joined(separator: "&")
        let form = try QueryForm(Array(wide.utf8))
        #expect(throws: WireError.self) { try IAMAPI.model.decode(CreateRoleInput.self, from: .query(form)) }
        let deep = String(repeating: "a.", count: 100_000) + "=1"
        #expect(throws: WireError.serialization("")) { try QueryForm(Array(deep.utf8)) }
    }
}
