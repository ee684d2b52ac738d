import ApusBase
import ApusSQS
import ApusService
import ApusWire
import Testing

@Suite struct SQSWireTests {
    private let model = SQSAPI.model
    private let url = "https://sqs.us-east-1.amazonaws.com/123456789012/MyQueue"

    private func operation(_ name: String) throws -> OperationBinding { try #require(self.model.operation(name)) }

    @Test func `a SendMessage in JSON 1.0 is read`() throws {
        let body = """
            {"QueueUrl": "\(self.url)", "MessageBody": "This is a test message", "DelaySeconds": 45,
             "Unknown": [{"a": null}], "MessageGroupId": null,
             "MessageAttributes": {"my_attribute_name_1": {"DataType": "String", "StringValue": "my_attribute_value_1"},
                                   "raw": {"DataType": "Binary", "BinaryValue": "AAEC"}}}
            """
        let input = try self.model.decode(SendMessageInput.self, from: .json(Array(body.utf8)))
        #expect(
            input
                == SendMessageInput(
                    queueUrl: self.url, messageBody: "This is a test message", delaySeconds: 45,
                    messageAttributes: [
                        "my_attribute_name_1": MessageAttributeValue(
                            dataType: "String", stringValue: "my_attribute_value_1"),
                        "raw": MessageAttributeValue(dataType: "Binary", binaryValue: [0, 1, 2]),
                    ]))
    }

    /// The request of the SendMessage page of the SQS API reference.
    @Test func `a SendMessage in Query is read`() throws {
        let body = """
            Action=SendMessage&QueueUrl=https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F123456789012%2FMyQueue\
            &MessageBody=This+is+a+test+message&Version=2012-11-05&MessageAttribute.1.Name=my_attribute_name_1\
            &MessageAttribute.1.Value.StringValue=my_attribute_value_1&MessageAttribute.1.Value.DataType=String\
            &DelaySeconds=45
            """
        let form = try QueryForm(Array(body.utf8))
        #expect(form["Action"] == "SendMessage")
        let input = try self.model.decode(SendMessageInput.self, from: .query(form))
        #expect(
            input
                == SendMessageInput(
                    queueUrl: self.url, messageBody: "This is a test message", delaySeconds: 45,
                    messageAttributes: [
                        "my_attribute_name_1": MessageAttributeValue(
                            dataType: "String", stringValue: "my_attribute_value_1")
                    ]))
    }

    @Test func `a SendMessageBatch in Query is read in the order of its numbers`() throws {
        let body = """
            Action=SendMessageBatch&SendMessageBatchRequestEntry.10.Id=last&SendMessageBatchRequestEntry.10.MessageBody=z\
            &SendMessageBatchRequestEntry.2.Id=second&SendMessageBatchRequestEntry.2.MessageBody=b\
            &SendMessageBatchRequestEntry.1.MessageBody=a&SendMessageBatchRequestEntry.1.Id=first&QueueUrl=q
            """
        let input = try self.model.decode(SendMessageBatchInput.self, from: .query(try QueryForm(Array(body.utf8))))
        #expect(input.entries.map(\.id) == ["first", "second", "last"])
        #expect(input.entries.map(\.messageBody) == ["a", "b", "z"])
    }

    @Test func `CreateQueue takes attributes and tags in both protocols`() throws {
        let json = #"{"QueueName":"q","Attributes":{"DelaySeconds":"5"},"tags":{"k":"v"}}"#
        let form = "QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=5&Tag.1.Key=k&Tag.1.Value=v"
        let expected = CreateQueueInput(queueName: "q", attributes: ["DelaySeconds": "5"], tags: ["k": "v"])
        #expect(try self.model.decode(CreateQueueInput.self, from: .json(Array(json.utf8))) == expected)
        #expect(try self.model.decode(CreateQueueInput.self, from: .query(QueryForm(Array(form.utf8)))) == expected)
    }

    @Test func `a received message is written in JSON and in XML`() throws {
        let output = ReceiveMessageOutput(messages: [
            Message(
                messageId: "id", body: "a<b", attributes: ["SentTimestamp": "1"],
                messageAttributes: ["n": MessageAttributeValue(dataType: "String", stringValue: "v")])
        ])
        let json = self.model.encode(output, of: try self.operation("ReceiveMessage"), as: .json10, requestID: "r")
        #expect(json.status == 200)
        #expect(json.headers["content-type"] == "application/x-amz-json-1.0")
        #expect(json.headers["x-amzn-requestid"] == "r")
        let expected = """
            {"Messages":[{"MessageId":"id","Body":"a<b","Attributes":{"SentTimestamp":"1"},\
            "MessageAttributes":{"n":{"StringValue":"v","DataType":"String"}}}]}
            """
        #expect(String(decoding: json.body, as: UTF8.self) == expected)

        let query = self.model.encode(output, of: try self.operation("ReceiveMessage"), as: .query, requestID: "r")
        #expect(query.headers["content-type"] == "text/xml")
        #expect(
            String(decoding: query.body, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult><Message>\
                <MessageId>id</MessageId><Body>a&lt;b</Body><Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>\
                <MessageAttribute><Name>n</Name><Value><StringValue>v</StringValue><DataType>String</DataType></Value>\
                </MessageAttribute></Message></ReceiveMessageResult><ResponseMetadata><RequestId>r</RequestId>\
                </ResponseMetadata></ReceiveMessageResponse>
                """)
    }

    @Test func `an operation without output answers nothing in JSON and metadata in Query`() throws {
        let json = self.model.encode(NoShape(), of: try self.operation("DeleteMessage"), as: .json10, requestID: "r")
        #expect(json.body.isEmpty)
        let query = self.model.encode(NoShape(), of: try self.operation("DeleteMessage"), as: .query, requestID: "r")
        let tree = XMLTree(query.body)
        #expect(tree.name == "DeleteMessageResponse")
        #expect(tree.children.map(\.name) == ["ResponseMetadata"])
    }

    @Test func `an error in JSON names its Query code too`() throws {
        let error = try #require(SQSError.queueDoesNotExist("The specified queue does not exist.").apiError)
        let response = self.model.render(error, as: .json10, requestID: "r")
        #expect(response.status == 400)
        #expect(response.headers["x-amzn-query-error"] == "AWS.SimpleQueueService.NonExistentQueue;Sender")
        #expect(
            String(decoding: response.body, as: UTF8.self) == """
                {"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}
                """)
    }

    @Test func `an error in Query is an ErrorResponse`() throws {
        let error = try #require(SQSError.queueDoesNotExist("The specified queue does not exist.").apiError)
        let tree = XMLTree(self.model.render(error, as: .query, requestID: "r").body)
        #expect(tree.name == "ErrorResponse")
        #expect(tree["Error"]?["Type"]?.text == "Sender")
        #expect(tree["Error"]?["Code"]?.text == "AWS.SimpleQueueService.NonExistentQueue")
        #expect(tree["Error"]?["Message"]?.text == "The specified queue does not exist.")
        #expect(tree["RequestId"]?.text == "r")
    }

    @Test func `an absent parameter is named as AWS names it`() throws {
        let missing = WireError.missingParameter("QueueUrl")
        #expect(throws: missing) {
            try self.model.decode(SendMessageInput.self, from: .json(Array(#"{"MessageBody":"x"}"#.utf8)))
        }
        let error = self.model.apiError(for: missing)
        #expect(error.message == "The request must contain the parameter QueueUrl.")
        let response = self.model.render(error, as: .json10, requestID: "r")
        #expect(response.headers["x-amzn-query-error"] == "MissingParameter;Sender")
        let body = try JSONValue(parsing: response.body)
        #expect(body["__type"]?.stringValue == "com.amazon.coral.service#MissingRequiredParameterException")
    }

    @Test func `an absent parameter of a batch entry is named with its number`() throws {
        let json = #"{"QueueUrl":"q","Entries":[{"Id":"a","MessageBody":"x"},{"Id":"b"}]}"#
        #expect(throws: WireError.missingParameter("SendMessageBatchRequestEntry.2.MessageBody")) {
            try self.model.decode(SendMessageBatchInput.self, from: .json(Array(json.utf8)))
        }
    }

    @Test func `a batch without entries is left to the operation`() throws {
        let input = try self.model.decode(SendMessageBatchInput.self, from: .json(Array(#"{"QueueUrl":"q"}"#.utf8)))
        #expect(input.entries.isEmpty)
    }

    @Test(arguments: [
        (#"{"DelaySeconds":"5"}"#, "STRING_VALUE can not be converted to an Integer"),
        (#"{"DelaySeconds":true}"#, "TRUE_VALUE can not be converted to an Integer"),
        (#"{"DelaySeconds":[]}"#, "Start of list found where not expected"),
        (#"{"DelaySeconds":{}}"#, "Start of structure or map found where not expected."),
        (#"{"MessageBody":5}"#, "NUMBER_VALUE can not be converted to a String"),
        (#"{"MessageBody":false}"#, "FALSE_VALUE can not be converted to a String"),
        (#"[]"#, "Start of list found where not expected"),
        (#"{"DelaySeconds":4294967296}"#, ""), (#"{"QueueUrl""#, ""), (#"{}x"#, ""), ("nonsense", ""),
    ])
    func `a value of the wrong type is refused in AWS's words`(body: String, message: String) throws {
        #expect(throws: WireError.serialization(message)) {
            try self.model.decode(SendMessageInput.self, from: .json(Array(body.utf8)))
        }
        let error = self.model.apiError(for: .serialization(message))
        let response = self.model.render(error, as: .json10, requestID: "r")
        #expect(response.headers["x-amzn-query-error"] == "MalformedInput;Sender")
        #expect(
            try JSONValue(parsing: response.body)["__type"]?.stringValue
                == "com.amazon.coral.service#SerializationException")
    }

    @Test func `a fraction is cut off an integer, as AWS does`() throws {
        let json = #"{"QueueUrl":"q","MessageBody":"b","DelaySeconds":4.9}"#
        #expect(try self.model.decode(SendMessageInput.self, from: .json(Array(json.utf8))).delaySeconds == 4)
    }

    @Test func `all operations of the service are known by name`() throws {
        #expect(self.model.operations.count == 23)
        #expect(try self.operation("SendMessage").isOnAllowList)
        #expect(try self.operation("StartMessageMoveTask").isOnAllowList)
        #expect(self.model.operation("Nonsense") == nil)
    }
}
