import ApusBase
import ApusIAM
import ApusSTS
import ApusService
import ApusWire
import Testing

@Suite struct IAMWireTests {
    private let model = IAMAPI.model

    private func decode<Input: Shape>(_ type: Input.Type, _ body: String) throws -> Input {
        try self.model.decode(type, from: .query(try QueryForm(Array(body.utf8))))
    }

    @Test func `a CreateRole is read`() throws {
        let input = try self.decode(
            CreateRoleInput.self,
            """
            Action=CreateRole&RoleName=S3Access&Path=/application_abc/component_xyz/&MaxSessionDuration=3600\
            &AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D&Version=2010-05-08\
            &Tags.member.1.Key=Dept&Tags.member.1.Value=Accounting&Tags.member.2.Key=Cost+Center&Tags.member.2.Value=
            """)
        #expect(
            input
                == CreateRoleInput(
                    roleName: "S3Access", assumeRolePolicyDocument: #"{"Version":"2012-10-17"}"#,
                    path: "/application_abc/component_xyz/", maxSessionDuration: 3600,
                    tags: [Tag(key: "Dept", value: "Accounting"), Tag(key: "Cost Center", value: "")]))
    }

    /// The answer of the GetRole page of the IAM API reference, in its order.
    @Test func `a GetRole answer is XML with the result's element`() throws {
        let role = Role(
            path: "/application_abc/component_xyz/", roleName: "S3Access", roleId: "AROADBQP57FF2AEXAMPLE",
            arn: "arn:aws:iam::123456789012:role/application_abc/component_xyz/S3Access",
            createDate: try #require(Timestamp(iso8601: "2012-05-08T23:34:01Z")), maxSessionDuration: 3600,
            tags: [Tag(key: "Dept", value: "Accounting")])
        let operation = try #require(self.model.operation("GetRole"))
        let response = self.model.encode(GetRoleOutput(role: role), of: operation, as: .query, requestID: "df37e965")
        #expect(
            String(decoding: response.body, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role>\
                <Path>/application_abc/component_xyz/</Path><RoleName>S3Access</RoleName>\
                <RoleId>AROADBQP57FF2AEXAMPLE</RoleId>\
                <Arn>arn:aws:iam::123456789012:role/application_abc/component_xyz/S3Access</Arn>\
                <CreateDate>2012-05-08T23:34:01Z</CreateDate><MaxSessionDuration>3600</MaxSessionDuration>\
                <Tags><member><Key>Dept</Key><Value>Accounting</Value></member></Tags></Role></GetRoleResult>\
                <ResponseMetadata><RequestId>df37e965</RequestId></ResponseMetadata></GetRoleResponse>
                """)
    }

    @Test func `a name that is too long is refused in AWS's words`() throws {
        let name = String(repeating: "r", count: 65)
        let message = """
            1 validation error detected: Value '\(name)' at 'roleName' failed to satisfy constraint: \
            Member must have length less than or equal to 64
            """
        #expect(throws: WireError.validation(message)) {
            try self.decode(CreateRoleInput.self, "RoleName=\(name)&AssumeRolePolicyDocument=x")
        }
        let error = self.model.apiError(for: .validation(message))
        let tree = XMLTree(self.model.render(error, as: .query, requestID: "r").body)
        #expect(tree["Error"]?["Code"]?.text == "ValidationError")
        #expect(tree["Error"]?["Type"]?.text == "Sender")
    }

    @Test func `an absent and a bad parameter are reported together`() throws {
        #expect(
            throws: WireError.validation(
                """
                2 validation errors detected: Value 'a b' at 'roleName' failed to satisfy constraint: \
                Member must satisfy regular expression pattern: [\\w+=,.@-]+; \
                Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null
                """)
        ) { try self.decode(CreateRoleInput.self, "RoleName=a+b") }
    }

    @Test func `an absent parameter of a list's element is named with its number`() throws {
        #expect(
            throws: WireError.validation(
                """
                1 validation error detected: Value null at 'tags.2.member.value' failed to satisfy constraint: \
                Member must not be null
                """)
        ) {
            try self.decode(
                CreateRoleInput.self,
                "RoleName=a&AssumeRolePolicyDocument=x&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c")
        }
    }

    @Test func `a boolean or number that is none is malformed`() throws {
        #expect(throws: WireError.serialization("STRING_VALUE can not be converted to an Integer")) {
            try self.decode(ListUsersInput.self, "MaxItems=many")
        }
    }

    @Test func `errors carry the model's codes`() throws {
        let error = try #require(IAMError.noSuchEntity("The role with name x cannot be found.").apiError)
        #expect(error.code == "NoSuchEntity")
        #expect(error.status == 404)
        let exists = try #require(IAMError.entityAlreadyExists("").apiError)
        #expect(exists.status == 409)
    }

    @Test func `STS answers who the caller is`() throws {
        let operation = try #require(STSAPI.model.operation("GetCallerIdentity"))
        let output = GetCallerIdentityOutput(
            userId: "AIDA", account: "123456789012", arn: "arn:aws:iam::123456789012:user/A")
        let tree = XMLTree(STSAPI.model.encode(output, of: operation, as: .query, requestID: "r").body)
        #expect(tree.name == "GetCallerIdentityResponse")
        #expect(tree["GetCallerIdentityResult"]?["Account"]?.text == "123456789012")
        #expect(tree["ResponseMetadata"]?["RequestId"]?.text == "r")
    }
}
