import ApusBase
import ApusService
import ApusWire
import Testing

/// REST-XML through a service's model. The messages are those of the S3 API Reference: GetBucketAcl, GetBucketLocation,
/// DeleteObjects, "Error responses".
@Suite struct RESTXMLTests {
    private let s3 = ServiceModel(
        name: "S3", signingName: "s3", apiVersion: "2006-03-01", protocols: [.restXML],
        xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/", errors: ErrorDialect(xmlForm: .bare),
        validation: ValidationPolicy(), operations: [])

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `an answer has its root, the service's namespace, and attributes that the model has last`() {
        let operation = OperationBinding(
            "GetBucketAcl", method: "GET", uri: "/{Bucket}?acl", root: XMLRoot("AccessControlPolicy"))
        let policy = AccessControlPolicy(grants: [
            Grant(grantee: Grantee(id: "75aa", type: "CanonicalUser"), permission: "FULL_CONTROL")
        ])
        let response = self.s3.encode(policy, of: operation, as: .restXML, requestID: "r")
        #expect(response.headers["content-type"] == "application/xml")
        #expect(
            self.text(response) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><AccessControlList><Grant>\
                <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>75aa</ID>\
                </Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>
                """)
    }

    @Test func `a request is read whatever its prefixes, its root and the order of its elements`() throws {
        let body = """
            <?xml version="1.0"?>
            <x:Whatever xmlns:x="http://s3.amazonaws.com/doc/2006-03-01/">
              <x:AccessControlList><x:Unknown><x:Grant/></x:Unknown><x:Grant>
                <x:Permission>READ</x:Permission>
                <x:Grantee xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Group"><x:ID> a&amp;b </x:ID></x:Grantee>
              </x:Grant></x:AccessControlList>
            </x:Whatever>
            """
        let request = HTTPRequest(method: "PUT", path: "/b", query: "acl", body: Array(body.utf8))
        let input = try self.s3.decode(AccessControlPolicy.self, from: .rest(request, URILabels(), .xml))
        #expect(
            input
                == AccessControlPolicy(grants: [
                    Grant(grantee: Grantee(id: " a&b ", type: "Group"), permission: "READ")
                ]))
    }

    @Test func `an answer without an element around its member is that member`() {
        let operation = OperationBinding("GetBucketLocation", method: "GET", uri: "/{Bucket}?location")
        let response = self.s3.encode(
            BucketLocation(constraint: "eu-west-1"), of: operation, as: .restXML, requestID: "r")
        #expect(
            self.text(response) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>
                """)
    }

    @Test func `elements of a flattened list are found wherever they stand`() throws {
        let body = "<Delete><Object><Key>1</Key></Object><Quiet>true</Quiet><Object><Key>2</Key></Object></Delete>"
        let request = HTTPRequest(method: "POST", path: "/b", query: "delete", body: Array(body.utf8))
        let input = try self.s3.decode(DeleteRequest.self, from: .rest(request, URILabels(), .xml))
        #expect(input == DeleteRequest(keys: ["1", "2"], quiet: true))
    }

    /// S3's QueueConfigurationDeprecated has `Event` and `Events`, both elements of the name `Event`.
    @Test func `of two members with one name in XML the list has the elements`() throws {
        let table = MemberTable([Member("Event"), Member("Events", query: "Event", collection: .list(flattened: true))])
        var reader = XMLShapeReader(Array("<Q><Event>1</Event><Event>2</Event></Q>".utf8))
        try reader.beginStructure(table)
        #expect(try reader.nextMember(table) == 1)
        #expect(try reader.readStrings() == ["1", "2"])
        #expect(try reader.nextMember(table) == nil)
    }

    @Test func `an error is bare and names the request twice, in S3`() {
        let error = APIError(
            "NoSuchKey", status: 404, message: "The resource you requested does not exist",
            fields: [
                APIError.Field("Resource", "/mybucket/myfoto.jpg"), APIError.Field("Region", "r", header: "x-region"),
            ])
        let response = self.s3.render(error, as: .restXML, requestID: "4442587FB7D0A2F9")
        let host = Base64.encode(Array("4442587FB7D0A2F9".utf8))
        #expect(response.status == 404 && response.headers["x-region"] == "r")
        #expect(response.headers["x-amz-request-id"] == "4442587FB7D0A2F9" && response.headers["x-amz-id-2"] == host)
        #expect(
            self.text(response) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>NoSuchKey</Code><Message>The resource you requested does not exist</Message>\
                <Resource>/mybucket/myfoto.jpg</Resource><RequestId>4442587FB7D0A2F9</RequestId><HostId>\(host)</HostId></Error>
                """)
    }

    @Test func `a body that is no XML is MalformedXML, in S3`() {
        for body in [
            "{}", "<a>", "<!DOCTYPE a><a/>", "<Delete><Quiet>maybe</Quiet></Delete>",
            "<Delete><Quiet><a/></Quiet></Delete>",
        ] {
            let request = HTTPRequest(method: "POST", path: "/b", body: Array(body.utf8))
            do throws(WireError) {
                _ = try self.s3.decode(DeleteRequest.self, from: .rest(request, URILabels(), .xml))
                Issue.record("\(body) is read")
            } catch {
                let answer = self.s3.apiError(for: error)
                #expect(answer.code == "MalformedXML" && answer.status == 400)
            }
        }
    }

    @Test func `an operation that answers nothing has no body`() {
        let operation = OperationBinding("PutBucketAcl", method: "PUT", uri: "/{Bucket}?acl")
        let response = self.s3.encode(NoShape(), of: operation, as: .restXML, requestID: "r")
        #expect(response.body.isEmpty && response.headers["content-type"] == nil)
    }
}

/// What the generator would write, shorter.
private struct AccessControlPolicy: Shape {
    static let members = MemberTable([
        Member("Bucket", .uri("Bucket")), Member("Grants", query: "AccessControlList", collection: .list("Grant")),
    ])
    var grants: [Grant]

    init(grants: [Grant]) { self.grants = grants }

    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        self.grants = []
        try reader.beginStructure(Self.members)
        while try reader.nextMember(Self.members) != nil { self.grants = try reader.readStructures(Grant.self) }
    }

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {
        writer.beginStructure(Self.members)
        writer.structures(Self.members, 1, self.grants)
        writer.endStructure()
    }
}

private struct Grant: Shape {
    static let members = MemberTable([
        Member("Grantee", xmlNamespace: XMLNamespace("http://www.w3.org/2001/XMLSchema-instance", prefix: "xsi")),
        Member("Permission"),
    ])
    var grantee: Grantee?
    var permission: String?

    init(grantee: Grantee?, permission: String?) {
        self.grantee = grantee
        self.permission = permission
    }

    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        try reader.beginStructure(Self.members)
        while let member = try reader.nextMember(Self.members) {
            if member == 0 {
                self.grantee = try Grantee(from: &reader)
            } else {
                self.permission = try reader.readString()
            }
        }
    }

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {
        writer.beginStructure(Self.members)
        writer.structure(Self.members, 0, self.grantee)
        writer.string(Self.members, 1, self.permission)
        writer.endStructure()
    }
}

private struct Grantee: Shape {
    static let members = MemberTable([Member("ID"), Member("Type", query: "xsi:type", xmlAttribute: true)])
    var id: String?
    var type: String?

    init(id: String?, type: String?) {
        self.id = id
        self.type = type
    }

    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        try reader.beginStructure(Self.members)
        while let member = try reader.nextMember(Self.members) {
            if member == 0 { self.id = try reader.readString() } else { self.type = try reader.readString() }
        }
    }

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {
        writer.beginStructure(Self.members)
        writer.string(Self.members, 0, self.id)
        writer.string(Self.members, 1, self.type)
        writer.endStructure()
    }
}

private struct BucketLocation: Shape {
    static let members = MemberTable([
        Member("LocationConstraint", xmlNamespace: XMLNamespace("http://s3.amazonaws.com/doc/2006-03-01/"))
    ])
    var constraint: String?

    init(constraint: String?) { self.constraint = constraint }

    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        try reader.beginStructure(Self.members)
        while try reader.nextMember(Self.members) != nil { self.constraint = try reader.readString() }
    }

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {
        writer.beginStructure(Self.members)
        writer.string(Self.members, 0, self.constraint)
        writer.endStructure()
    }
}

private struct DeleteRequest: Shape {
    private struct Object: Shape {
        static let members = MemberTable([Member("Key")])
        var key = ""

        init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
            try reader.beginStructure(Self.members)
            while try reader.nextMember(Self.members) != nil { self.key = try reader.readString() }
        }

        func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {}
    }

    static let members = MemberTable([
        Member("Objects", query: "Object", collection: .list(flattened: true)), Member("Quiet"),
    ])
    var keys: [String] = []
    var quiet: Bool?

    init(keys: [String], quiet: Bool?) {
        self.keys = keys
        self.quiet = quiet
    }

    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        try reader.beginStructure(Self.members)
        while let member = try reader.nextMember(Self.members) {
            if member == 0 {
                self.keys = try reader.readStructures(Object.self).map(\.key)
            } else {
                self.quiet = try reader.readBool()
            }
        }
    }

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {}
}
