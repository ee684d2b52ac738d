import ApusBase
import ApusIAM
import ApusService
import ApusStore
import Testing

/// The bytes of every key and record, as data directories have them: they may not change.
@Suite struct IAMStorageTests {
    private func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes) }

    /// A text field of a key: its bytes and an end mark.
    private func field(_ text: String) -> String { Hex.encode(Array(text.utf8)) + "00" }

    /// A text field of a record: its length and its bytes. Shorter than 128 bytes.
    private func text(_ text: String) -> String { Hex.encode([UInt8(text.utf8.count)] + Array(text.utf8)) }

    /// 2026-01-01T00:00:00Z, zig-zag and LEB128 of 1767225600000.
    private let time = Timestamp(milliseconds: 1_767_225_600_000)
    private let timeBytes = "80a0d5edee66"

    @Test func `keys keep their bytes`() {
        let account = "123456789012"
        #expect(hex(IAMAccountKey(account: account).encoded) == "1001" + field(account))
        #expect(hex(UserKey(account: account, id: "AIDAX").encoded) == "1002" + field(account) + field("AIDAX"))
        #expect(
            hex(UserPolicyKey(account: account, holder: "AIDAX", name: "P").encoded)
                == "1003" + field(account) + field("AIDAX") + field("P"))
        #expect(hex(AccessKeyKey(id: "AKIAX").encoded) == "1004" + field("AKIAX"))
        #expect(
            hex(AccessKeyOfUserKey(account: account, user: "", id: "AKIAX").encoded)
                == "1005" + field(account) + "00" + field("AKIAX"))
        #expect(hex(RoleKey(account: account, id: "AROAX").encoded) == "1006" + field(account) + field("AROAX"))
        #expect(
            hex(RolePolicyKey(account: account, holder: "AROAX", name: "P").encoded)
                == "1007" + field(account) + field("AROAX") + field("P"))
        #expect(
            hex(ManagedPolicyKey(account: account, id: "ANPAX").encoded) == "1008" + field(account) + field("ANPAX"))
        #expect(
            hex(AttachmentKey(account: account, relation: .policyOfHolder, first: "AROAX", second: "arn").encoded)
                == "1009" + field(account) + "01" + field("AROAX") + field("arn"))
        #expect(
            hex(AttachmentKey(account: account, relation: .boundaryOfHolder, first: "arn", second: "AROAX").encoded)
                == "1009" + field(account) + "03" + field("arn") + field("AROAX"))
        #expect(
            hex(IAMNameKey(account: account, kind: .role, name: "MyRole").encoded)
                == "100a" + field(account) + "02" + field("myrole"))
    }

    @Test func `keys read back`() throws {
        func check<Key: StoreKey>(_ key: Key) throws {
            var decoder = KeyDecoder(key.encoded)
            let read = try Key(from: &decoder)
            #expect(read == key)
            let isAtEnd = decoder.isAtEnd
            #expect(isAtEnd)
        }
        let account = "123456789012"
        try check(IAMAccountKey(account: account))
        try check(IAMNameKey(account: account, kind: .policy, name: "p"))
        try check(UserKey(account: account, id: "i"))
        try check(RoleKey(account: account, id: "i"))
        try check(ManagedPolicyKey(account: account, id: "i"))
        try check(AccessKeyKey(id: "i"))
        try check(AccessKeyOfUserKey(account: account, user: "", id: "i"))
        try check(UserPolicyKey(account: account, holder: "h", name: "n"))
        try check(RolePolicyKey(account: account, holder: "h", name: "n"))
        try check(AttachmentKey(account: account, relation: .holderOfPolicy, first: "a", second: "b"))
    }

    private func check<Record: StoreValue & Equatable>(_ record: Record, _ golden: String, _ tag: KeyTag) throws {
        #expect(hex(record.encoded) == golden)
        let bytes = try #require(Hex.decode(golden))
        #expect(try Record(decoding: bytes, tag: tag) == record)
    }

    @Test func `small records keep their bytes`() throws {
        try check(
            IAMAccountRecord(generation: 300, users: 1, roles: 2, policies: 3), "01" + "ac02" + "02" + "04" + "06",
            .iamAccount)
        try check(
            IAMNameRecord(id: "AIDAX", name: "Bob", path: "/"), "01" + text("AIDAX") + text("Bob") + text("/"), .iamName
        )
        try check(InlinePolicyRecord(document: "{}"), "01" + text("{}"), .iamUserPolicy)
        try check(
            AccessKeyRecord(
                account: "1", user: "AIDAX", secret: Sealed(ciphertext: [1, 2, 3]), isActive: true, created: time),
            "01" + text("1") + "01" + text("AIDAX") + "03010203" + "01" + timeBytes, .iamAccessKey)
        try check(
            AccessKeyRecord(account: "1", user: nil, secret: Sealed(ciphertext: []), isActive: false, created: time),
            "01" + text("1") + "00" + "00" + "00" + timeBytes, .iamAccessKey)
    }

    @Test func `users, roles and policies keep their bytes`() throws {
        let names = text("1") + text("X") + text("n") + text("/") + timeBytes
        let tag = "01" + text("k") + text("v")
        try check(
            UserRecord(account: "1", id: "X", name: "n", path: "/", created: time, boundary: "b", tags: ["k": "v"]),
            "01" + names + "01" + text("b") + tag, .iamUser)
        try check(
            RoleRecord(
                account: "1", id: "X", name: "n", path: "/", created: time, description: "d",
                maximumSessionSeconds: 3600, trustDocument: "{}", trustedIDs: ["a": "i"], boundary: nil,
                tags: ["k": "v"]),
            "01" + names + "01" + text("d") + "a038" + text("{}") + "01" + text("a") + text("i") + "00" + tag, .iamRole)
        try check(
            ManagedPolicyRecord(
                account: "1", id: "X", name: "n", path: "/", created: time, updated: time, description: nil,
                versions: [.init(number: 1, document: "{}", created: time)], defaultVersion: 1, tags: ["k": "v"],
                lastVersion: 3),
            "02" + names + timeBytes + "00" + "01" + "02" + text("{}") + timeBytes + "02" + tag + "06",
            .iamManagedPolicy)
    }

    @Test func `a policy of the first release is read with the number of its last version`() throws {
        let names = text("1") + text("X") + text("n") + text("/") + timeBytes
        let bytes = try #require(
            Hex.decode("01" + names + timeBytes + "00" + "01" + "02" + text("{}") + timeBytes + "02" + "00"))
        #expect(try ManagedPolicyRecord(decoding: bytes, tag: .iamManagedPolicy).lastVersion == 1)
    }

    @Test func `damaged records are refused`() {
        for bytes: [UInt8] in [[], [1], [2, 0], [1, 0xFF]] {
            #expect(throws: StoreError.self) { try UserRecord(decoding: bytes, tag: .iamUser) }
            #expect(throws: StoreError.self) { try AccessKeyRecord(decoding: bytes, tag: .iamAccessKey) }
        }
    }
}
