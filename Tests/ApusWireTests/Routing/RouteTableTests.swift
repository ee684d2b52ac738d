import ApusWire
import Testing

@Suite struct RouteTableTests {
    private let table = RouteTable([
        OperationBinding("ListThings", method: "GET", uri: "/things"),
        OperationBinding("GetThing", method: "GET", uri: "/things/{Name}"),
        OperationBinding("GetDefault", method: "GET", uri: "/things/default"),
        OperationBinding("DeleteThing", method: "DELETE", uri: "/things/{Name}"),
        OperationBinding("GetObject", method: "GET", uri: "/{Bucket}/{Key+}"),
        OperationBinding("GetObjectTagging", method: "GET", uri: "/{Bucket}/{Key+}?tagging"),
        OperationBinding("ListObjectsV2", method: "GET", uri: "/{Bucket}?list-type=2"),
        OperationBinding("ListObjects", method: "GET", uri: "/{Bucket}"),
        OperationBinding("ListBuckets", method: "GET", uri: "/"),
        OperationBinding("Async", method: "POST", uri: "/2014-11-13/functions/{FunctionName}/invoke-async/"),
    ])

    private func name(_ method: String, _ path: String, _ query: String = "") -> String? {
        guard case .operation(let operation, _) = self.table.match(method: method, path: path, query: query) else {
            return nil
        }
        return operation.name
    }

    private func labels(_ path: String, _ query: String = "") -> URILabels? {
        guard case .operation(_, let labels) = self.table.match(method: "GET", path: path, query: query) else {
            return nil
        }
        return labels
    }

    @Test func `a literal goes before a label, and a label before a greedy one`() {
        #expect(self.name("GET", "/things/default") == "GetDefault")
        #expect(self.name("GET", "/things/other") == "GetThing")
        #expect(self.name("GET", "/bucket/a") == "GetObject")
        #expect(self.name("GET", "/things") == "ListThings")
        #expect(self.name("GET", "/bucket") == "ListObjects")
        #expect(self.name("GET", "/") == "ListBuckets")
    }

    @Test func `conditions on the query choose the operation`() {
        #expect(self.name("GET", "/bucket", "list-type=2&prefix=a") == "ListObjectsV2")
        #expect(self.name("GET", "/bucket", "list-type=1") == "ListObjects")
        #expect(self.name("GET", "/bucket/key", "tagging") == "GetObjectTagging")
        #expect(self.name("GET", "/bucket/key", "tagging=") == "GetObjectTagging")
    }

    @Test func `labels are decoded after the path is split`() {
        #expect(self.labels("/things/a%2Fb%20c+d")?["Name"] == "a/b c+d")
        #expect(self.labels("/bucket/a%2Fb//c/")?["Key"] == "a/b//c/")
        #expect(self.labels("/bucket/a/b")?["Bucket"] == "bucket")
    }

    @Test func `one slash at the end says nothing`() {
        #expect(self.name("GET", "/things/") == "ListThings")
        #expect(self.name("POST", "/2014-11-13/functions/f/invoke-async/") == "Async")
        #expect(self.name("POST", "/2014-11-13/functions/f/invoke-async") == "Async")
    }

    @Test func `another method is told apart from no route`() {
        #expect(self.table.match(method: "PATCH", path: "/things/a", query: "") == .otherMethod)
        #expect(RouteTable([]).match(method: "GET", path: "/things", query: "") == .none)
    }

    @Test func `an escape that is none matches no label`() {
        let table = RouteTable([OperationBinding("Get", method: "GET", uri: "/things/{Name}")])
        #expect(table.match(method: "GET", path: "/things/%zz", query: "") == .none)
    }
}
