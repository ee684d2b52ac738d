import ApusBase
import ApusIAM
import ApusService
import ApusStore
import ApusTestSupport
import Testing

@Suite struct AccessKeyTests {
    let bench = IAMBench()

    @Test func `a new key has AWS's form and opens the door`() throws {
        let bob = try bench.user("Bob")
        let key = try bench.run(CreateAccessKey.self, .init(userName: "Bob")).accessKey
        #expect(key.accessKeyId.hasPrefix("AKIA"))
        #expect(key.accessKeyId.utf8.count == 20)
        #expect(key.secretAccessKey.utf8.count == 40)
        #expect(key.status == "Active")
        #expect(key.userName == "Bob")
        let credential = try #require(try bench.credential(key.accessKeyId))
        #expect(credential.principal == bob)
        #expect(credential.secret == Array(key.secretAccessKey.utf8))
        #expect(credential.expires == nil)
    }

    @Test func `unknown keys and foreign tokens are nobody's`() throws {
        #expect(try bench.credential("AKIAIOSFODNN7EXAMPLE") == nil)
        #expect(try bench.credential("ASIAIOSFODNN7EXAMPLE", "token") == nil)
    }

    @Test func `a user has two keys at most`() throws {
        _ = try bench.user("Bob")
        for _ in 1...2 { try bench.run(CreateAccessKey.self, .init(userName: "Bob")) }
        #expect(
            bench.failure(CreateAccessKey.self, .init(userName: "Bob"))
                == "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2")
        let keys = try bench.run(ListAccessKeys.self, .init(userName: "Bob")).accessKeyMetadata
        #expect(keys.map(\.status) == ["Active", "Active"])
        #expect(keys.map(\.userName) == ["Bob", "Bob"])
    }

    @Test func `an inactive or deleted key is nobody's at once`() throws {
        _ = try bench.user("Bob")
        let id = try bench.run(CreateAccessKey.self, .init(userName: "Bob")).accessKey.accessKeyId
        #expect(try bench.credential(id) != nil)
        try bench.run(UpdateAccessKey.self, .init(accessKeyId: id, status: "Inactive", userName: "Bob"))
        #expect(try bench.credential(id) == nil)
        #expect(
            try bench.run(ListAccessKeys.self, .init(userName: "Bob")).accessKeyMetadata.map(\.status) == ["Inactive"])
        try bench.run(UpdateAccessKey.self, .init(accessKeyId: id, status: "Active", userName: "Bob"))
        #expect(try bench.credential(id) != nil)
        try bench.run(DeleteAccessKey.self, .init(accessKeyId: id, userName: "Bob"))
        #expect(try bench.credential(id) == nil)
    }

    @Test func `a key of another user cannot be found`() throws {
        _ = try bench.user("Bob")
        _ = try bench.user("Eve")
        let id = try bench.run(CreateAccessKey.self, .init(userName: "Bob")).accessKey.accessKeyId
        let message = "NoSuchEntity: The Access Key with id \(id) cannot be found."
        #expect(bench.failure(DeleteAccessKey.self, .init(accessKeyId: id, userName: "Eve")) == message)
        #expect(bench.failure(DeleteAccessKey.self, .init(accessKeyId: id)) == message)
        #expect(
            bench.failure(UpdateAccessKey.self, .init(accessKeyId: id, status: "Inactive", userName: "Eve")) == message)
    }

    @Test func `the secret lies sealed in the store`() throws {
        _ = try bench.user("Bob")
        let key = try bench.run(CreateAccessKey.self, .init(userName: "Bob")).accessKey
        let record = try bench.bench.transact { (call) throws(ServiceError) in
            try call.get(AccessKeyKey(id: key.accessKeyId))
        }
        let bytes = try #require(record).encoded
        let secret = Array(key.secretAccessKey.utf8)
        #expect(!(0..<bytes.count - secret.count).contains { bytes[$0..<$0 + secret.count].elementsEqual(secret) })
    }

    // MARK: Root

    @Test func `root makes keys for itself`() throws {
        let key = try bench.run(CreateAccessKey.self, .init()).accessKey
        #expect(try bench.credential(key.accessKeyId)?.principal == .root(account: IAMBench.account))
        #expect(try bench.run(ListAccessKeys.self, .init()).accessKeyMetadata.map(\.accessKeyId) == [key.accessKeyId])
    }

    @Test func `a root key given at start-up is there, once`() throws {
        let account = "000000000000"
        for _ in 1...2 {
            try bench.bench.transact { (call) throws(ServiceError) in
                try RootKeys.ensure(account: account, id: "test", secret: "test", in: &call)
            }
        }
        let credential = try #require(try bench.credential("test"))
        #expect(credential.principal == .root(account: account))
        #expect(credential.secret == Array("test".utf8))
        try bench.bench.transact { (call) throws(ServiceError) in
            try RootKeys.ensure(account: account, id: "test", secret: "other", in: &call)
        }
        #expect(try bench.credential("test")?.secret == Array("other".utf8))
    }

    @Test func `a lost root key is replaced`() throws {
        let account = IAMBench.account
        let (before, key, after) = try bench.bench.transact { (call) throws(ServiceError) in
            let before = try RootKeys.exists(account: account, in: &call)
            try RootKeys.ensure(account: account, id: "lost", secret: "lost", in: &call)
            let key = try RootKeys.replace(account: account, in: &call)
            return (before, key, try RootKeys.exists(account: account, in: &call))
        }
        #expect(!before)
        #expect(after)
        #expect(try bench.credential("lost") == nil)
        #expect(try bench.credential(key.id)?.secret == Array(key.secret.utf8))
    }
}
