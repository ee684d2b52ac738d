import ApusBase
import ApusIAM
import ApusService
import ApusTestSupport
import Testing

@Suite struct UserTests {
    let bench = IAMBench()

    @Test func `a new user has an id, an ARN and a date`() throws {
        let user = try bench.run(
            CreateUser.self,
            .init(userName: "Bob", path: "/division_abc/subdivision_xyz/", tags: [Tag(key: "team", value: "red")])
        ).user!
        #expect(user.userName == "Bob")
        #expect(user.path == "/division_abc/subdivision_xyz/")
        #expect(user.arn == "arn:aws:iam::123456789012:user/division_abc/subdivision_xyz/Bob")
        #expect(user.userId.hasPrefix("AIDA"))
        #expect(user.userId.utf8.count == 21)
        #expect(user.createDate == bench.bench.clock.now)
        #expect(user.tags == [Tag(key: "team", value: "red")])
        #expect(try bench.run(GetUser.self, .init(userName: "Bob")).user == user)
    }

    @Test(arguments: ["Bob", "BOB", "bob"]) func `names are unique without regard to case`(name: String) throws {
        _ = try bench.user("Bob")
        #expect(
            bench.failure(CreateUser.self, .init(userName: name))
                == "EntityAlreadyExists: User with name \(name) already exists.")
    }

    @Test func `a user who does not exist cannot be found`() {
        let message = "NoSuchEntity: The user with name Bob cannot be found."
        #expect(bench.failure(GetUser.self, .init(userName: "Bob")) == message)
        #expect(bench.failure(DeleteUser.self, .init(userName: "Bob")) == message)
        #expect(bench.failure(CreateAccessKey.self, .init(userName: "Bob")) == message)
        #expect(bench.failure(ListUserPolicies.self, .init(userName: "Bob")) == message)
    }

    @Test func `without a name the caller is meant`() throws {
        let bob = try bench.user("Bob")
        try bench.allow("iam:GetUser", to: "Bob", on: "arn:aws:iam::123456789012:user/${aws:username}")
        #expect(try bench.run(GetUser.self, .init(), as: bob).user.userName == "Bob")
        let root = try bench.run(GetUser.self, .init()).user
        #expect(root.arn == "arn:aws:iam::123456789012:root")
        #expect(root.userId == "123456789012")
    }

    @Test func `a session must name the user`() {
        let session = Principal.session(
            RoleSession(account: IAMBench.account, roleName: "r", rolePath: "/", roleID: "AROA", sessionName: "s"))
        let message = "ValidationError: Must specify userName when calling with non-User credentials"
        #expect(bench.failure(GetUser.self, .init(), as: session) == message)
        #expect(bench.failure(CreateAccessKey.self, .init(), as: session) == message)
    }

    @Test func `a user with policies or keys cannot be deleted`() throws {
        _ = try bench.user("Bob")
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        try bench.run(AttachUserPolicy.self, .init(userName: "Bob", policyArn: arn))
        #expect(
            bench.failure(DeleteUser.self, .init(userName: "Bob"))
                == "DeleteConflict: Cannot delete entity, must detach all policies first.")
        try bench.run(DetachUserPolicy.self, .init(userName: "Bob", policyArn: arn))
        try bench.allow("sqs:*", to: "Bob")
        #expect(
            bench.failure(DeleteUser.self, .init(userName: "Bob"))
                == "DeleteConflict: Cannot delete entity, must delete policies first.")
        try bench.run(DeleteUserPolicy.self, .init(userName: "Bob", policyName: "p"))
        let key = try bench.run(CreateAccessKey.self, .init(userName: "Bob")).accessKey
        #expect(
            bench.failure(DeleteUser.self, .init(userName: "Bob"))
                == "DeleteConflict: Cannot delete entity, must delete access keys first.")
        try bench.run(DeleteAccessKey.self, .init(accessKeyId: key.accessKeyId, userName: "Bob"))
        try bench.run(DeleteUser.self, .init(userName: "Bob"))
        #expect(bench.failure(GetUser.self, .init(userName: "Bob")) != nil)
        #expect(bench.failure(CreateUser.self, .init(userName: "bob")) == nil)
    }

    @Test func `lists are sorted, filtered by path and paged`() throws {
        for (name, path) in [("carol", "/a/"), ("Alice", "/a/"), ("bob", "/b/"), ("dave", "/a/b/"), ("eve", "/")] {
            _ = try bench.user(name, path: path)
        }
        let all = try bench.run(ListUsers.self, .init())
        #expect(all.users.map(\.userName) == ["Alice", "bob", "carol", "dave", "eve"])
        #expect(all.isTruncated == false)
        #expect(all.marker == nil)
        let some = try bench.run(ListUsers.self, .init(pathPrefix: "/a/"))
        #expect(some.users.map(\.userName) == ["Alice", "carol", "dave"])
        var marker: String?
        var pages: [[String]] = []
        repeat {
            let page = try bench.run(ListUsers.self, .init(marker: marker, maxItems: 2))
            pages.append(page.users.map(\.userName))
            #expect(page.isTruncated == (page.marker != nil))
            marker = page.marker
        } while marker != nil
        #expect(pages == [["Alice", "bob"], ["carol", "dave"], ["eve"]])
        #expect(bench.failure(ListUsers.self, .init(marker: "?")) == "ValidationError: Invalid Marker.")
    }

    @Test func `accounts do not see each other's users`() throws {
        _ = try bench.user("Bob")
        _ = try bench.user("Bob", account: "210987654321")
        #expect(try bench.run(ListUsers.self, .init()).users.count == 1)
        #expect(
            try bench.run(GetUser.self, .init(userName: "Bob"), account: "210987654321").user.arn
                == "arn:aws:iam::210987654321:user/Bob")
    }

    @Test func `tag keys are unique without regard to case`() {
        #expect(
            bench.failure(
                CreateUser.self,
                .init(userName: "Bob", tags: [Tag(key: "a", value: "1"), Tag(key: "A", value: "2")]))
                == "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    }

    @Test func `a boundary must be a policy and is shown`() throws {
        let arn = "arn:aws:iam::aws:policy/PowerUserAccess"
        let user = try bench.run(CreateUser.self, .init(userName: "Bob", permissionsBoundary: arn)).user!
        #expect(user.permissionsBoundary?.permissionsBoundaryArn == arn)
        #expect(
            bench.failure(
                CreateUser.self,
                .init(userName: "Eve", permissionsBoundary: "arn:aws:iam::123456789012:policy/none"))
                == "NoSuchEntity: Scope ARN: arn:aws:iam::123456789012:policy/none does not exist or is not attachable."
        )
    }
}
