import ApusBase
import ApusLambda
import ApusService
import ApusStore
import Testing

/// The bytes of records and keys, which must be readable for ever.
@Suite struct RecordBytesTests {
    @Test func `a mapping's bytes`() throws {
        let record = MappingRecord(
            functionName: "f", sourceARN: "q", isEnabled: true, batchSize: 10, windowSeconds: 1,
            reportsItemFailures: true,
            maximumConcurrency: 2, lastModified: Timestamp(milliseconds: 5), change: 3, tags: ["a": "b"],
            filters: ["p"],
            qualifier: "z")
        #expect(
            Hex.encode(record.encoded) == "04" + "0166" + "0171" + "01" + "14" + "02" + "01" + "0104" + "0a" + "03"
                + "0101610162" + "010170" + "00" + "01017a")
        #expect(try MappingRecord(decoding: record.encoded, tag: .lambdaMapping) == record)
        var old = record
        old.qualifier = nil
        let second = Hex.decode("02016601710114020101040a030101610162010170") ?? []
        #expect(try MappingRecord(decoding: second, tag: .lambdaMapping) == old)
        let first = Hex.decode("01016601710114020101040a030101610162") ?? []
        old.filters = []
        #expect(try MappingRecord(decoding: first, tag: .lambdaMapping) == old)
        let key = MappingKey(account: "1", region: "r", id: "i")
        #expect(Hex.encode(key.encoded) == "4005" + "3100" + "7200" + "6900")
    }

    @Test func `the bytes of a stream's mapping`() throws {
        var settings = StreamMappingSettings(position: .latest, start: Timestamp(milliseconds: 5))
        settings.parallelizationFactor = 2
        settings.bisectsOnError = true
        settings.maximumRecordAgeSeconds = 60
        settings.onFailure = "x"
        settings.tumblingWindowSeconds = 3
        let record = MappingRecord(
            functionName: "f", sourceARN: "s", batchSize: 100, lastModified: Timestamp(milliseconds: 5),
            stream: settings)
        #expect(
            Hex.encode(record.encoded) == "04" + "0166" + "0173" + "01" + "c801" + "00" + "00" + "00" + "0a" + "01"
                + "00"
                + "00" + "01" + "02" + "0a" + "04" + "01" + "0178" + "00" + "010178" + "06" + "00")
        #expect(try MappingRecord(decoding: record.encoded, tag: .lambdaMapping) == record)
    }

    @Test func `an event's bytes`() throws {
        var record = InvocationRecord(
            function: FunctionKey(account: "1", region: "r", name: "f"), id: 7, qualifier: "z",
            event: IncomingEvent(payload: [0x7B, 0x7D], requestID: "q"), enqueued: Timestamp(milliseconds: 1))
        record.trace = "t"
        record.due = Timestamp(milliseconds: 2)
        record.functionErrors = 1
        #expect(
            Hex.encode(record.encoded) == "03" + "0131" + "0172" + "0166" + "07" + "0171" + "00" + "02" + "04" + "02"
                + "00" + "027b7d" + "01017a" + "010174" + "00")
        record.tenant = "b"
        #expect(Hex.encode(record.encoded).hasSuffix("010174" + "010162"))
        #expect(try InvocationRecord(decoding: record.encoded, tag: .lambdaInvocation) == record)
        let second = Hex.decode(
            "02" + "0131" + "0172" + "0166" + "07" + "0171" + "00" + "020402" + "00" + "027b7d" + "01017a" + "010174")
        record.tenant = nil
        #expect(try InvocationRecord(decoding: try #require(second), tag: .lambdaInvocation) == record)
        let first =
            Hex.decode("01" + "0131" + "0172" + "0166" + "07" + "0171" + "00" + "020402" + "00" + "027b7d") ?? []
        record.qualifier = nil
        record.trace = nil
        #expect(try InvocationRecord(decoding: first, tag: .lambdaInvocation) == record)
        let due = InvocationDueKey(due: Timestamp(milliseconds: 258), id: 1)
        #expect(Hex.encode(due.encoded) == "4011" + "8000000000000102" + "0000000000000001")
    }

    @Test func `the bytes of settings of asynchronous invocation`() throws {
        let record = EventInvokeRecord(
            maximumRetryAttempts: 1, maximumEventAgeSeconds: nil, onSuccess: "a", onFailure: nil,
            lastModified: Timestamp(milliseconds: 1))
        #expect(Hex.encode(record.encoded) == "01" + "0102" + "00" + "010161" + "00" + "02")
        #expect(try EventInvokeRecord(decoding: record.encoded, tag: .lambdaEventInvoke) == record)
        let key = EventInvokeKey(function: 7, qualifier: "q")
        #expect(Hex.encode(key.encoded) == "4030" + "0000000000000007" + "7100")
        #expect(Hex.encode(DueEvent(function: 7).encoded) == "02" + "0107")
        #expect(try DueEvent(decoding: [1], tag: .lambdaInvocationDue) == DueEvent(function: nil))
        let event = InvocationOfFunctionKey(function: 7, id: 1)
        #expect(Hex.encode(event.encoded) == "4012" + "0000000000000007" + "0000000000000001")
    }

    @Test func `the bytes of what came of a version's initialisation`() throws {
        let record = SnapStartRecord(outcome: .failed, code: "c", reason: "r")
        #expect(Hex.encode(record.encoded) == "01" + "03" + "010163" + "010172")
        #expect(try SnapStartRecord(decoding: record.encoded, tag: .lambdaSnapStart) == record)
        let pending = SnapStartPendingRecord(key: FunctionKey(account: "1", region: "r", name: "f"))
        #expect(Hex.encode(pending.encoded) == "01" + "0131" + "0172" + "0166")
        #expect(try SnapStartPendingRecord(decoding: pending.encoded, tag: .lambdaSnapStartPending) == pending)
        let key = SnapStartKey(function: 7, number: 1)
        #expect(Hex.encode(key.encoded) == "402b" + "0000000000000007" + "0000000000000001")
        let waiting = SnapStartPendingKey(function: 7, number: 1)
        #expect(Hex.encode(waiting.encoded) == "402c" + "0000000000000007" + "0000000000000001")
    }

    @Test func `a shard's checkpoint's bytes`() throws {
        let record = ShardCheckpoint(
            sequenceNumber: "5", isOver: false, windowStart: Timestamp(milliseconds: 1), windowState: [0x7B, 0x7D])
        #expect(Hex.encode(record.encoded) == "01" + "010135" + "00" + "0102" + "027b7d")
        #expect(try ShardCheckpoint(decoding: record.encoded, tag: .lambdaShardCheckpoint) == record)
        let key = ShardCheckpointKey(mapping: "m", shard: "s")
        #expect(Hex.encode(key.encoded) == "4031" + "6d00" + "7300")
    }

    @Test func `a function URL's bytes`() throws {
        let record = FunctionURLRecord(
            id: "i", authType: "NONE",
            cors: CORSSettings(allowCredentials: true, allowOrigins: ["*"], maxAgeSeconds: 1),
            created: Timestamp(milliseconds: 1), modified: Timestamp(milliseconds: 2))
        let cors = "0101" + "00" + "00" + "0101012a" + "00" + "0102"
        let first = "0169" + "044e4f4e45" + "01" + cors + "02" + "04"
        #expect(Hex.encode(record.encoded) == "02" + first + "084255464645524544")
        #expect(try FunctionURLRecord(decoding: record.encoded, tag: .lambdaURL) == record)
        let old = try #require(Hex.decode("01" + first))
        #expect(try FunctionURLRecord(decoding: old, tag: .lambdaURL) == record)
        let owner = FunctionURLOwner(key: FunctionKey(account: "1", region: "r", name: "f"), function: 7)
        #expect(Hex.encode(owner.encoded) == "02" + "0131" + "0172" + "0166" + "07" + "00")
        let firstOwner = Hex.decode("01" + "0131" + "0172" + "0166" + "07") ?? []
        #expect(try FunctionURLOwner(decoding: firstOwner, tag: .lambdaURLByID) == owner)
        let alias = AliasURLKey(function: 7, qualifier: "q")
        #expect(Hex.encode(alias.encoded) == "4007" + "0000000000000007" + "7100")
    }

    private static let settings =
        "01700168017200068002800801610174000004546578740167" + "0000"
    private static let code = "10" + String(repeating: "01", count: 16) + "0200"

    /// A function's record as a release of that version of the format wrote it.
    private func function(_ version: String, _ afterSettings: String, _ afterCode: String) throws -> FunctionRecord {
        let parts: [String] = [version, "0703", "0172", "0a", Self.settings, afterSettings, Self.code, afterCode]
        let bytes = try #require(Hex.decode(parts.joined()))
        return try FunctionRecord(decoding: bytes, tag: .lambdaFunction)
    }

    /// A record of a release without versions, and what it is now.
    @Test func `a function's bytes, old and new`() throws {
        let record = try self.function("01", "", "00")
        #expect(record.id == 7 && record.change == 3 && record.number == nil && record.shared == FunctionShared())
        #expect(record.configuration.layers.isEmpty && record.code.unzippedBytes == 0)
        let now: [String] = [
            "08", "0703", "0172", "0a", Self.settings, "000000", "00000000", "00", "00", Self.code, "0000000000000000",
        ]
        #expect(Hex.encode(record.encoded) == now.joined())
    }

    @Test(arguments: [
        ("02", "00", "00000000000000"), ("03", "00", "0000000000000000"), ("04", "0000", "0000000000000000"),
        ("05", "000000", "0000000000000000"), ("06", "00000000000000", "0000000000000000"),
        ("07", "0000000000000000", "0000000000000000"),
    ])
    func `a function's bytes of every release are read`(version: String, settings: String, code: String) throws {
        #expect(try self.function(version, settings, code) == self.function("01", "", "00"))
    }

    @Test func `all that a version has is kept`() throws {
        var version = try self.function("01", "", "00")
        version.configuration.isolatesTenants = true
        version.configuration.runtimeUpdate = .functionUpdate("a")
        let followed: [String] = ["00000000", "01", "010161", Self.code]
        #expect(Hex.encode(version.encoded).contains(followed.joined()))
        version.configuration.runtimeUpdate = .manual("a")
        let pinned: [String] = ["00000000", "01", "020161", Self.code]
        #expect(Hex.encode(version.encoded).contains(pinned.joined()))
        version.configuration.durable = DurableSettings(timeoutSeconds: 1, retentionDays: 2)
        version.configuration.snapStart = true
        version.number = 5
        version.folder = "/f"
        version.configuration.surroundings.vpc = FunctionVPC(subnets: ["s"], securityGroups: ["g"], allowsIPv6: true)
        version.configuration.surroundings.fileSystems = [FunctionFileSystem(arn: "a", path: "/mnt/a")]
        version.configuration.surroundings.image = ContainerImage(
            uri: "u", resolvedURI: "r", digest: Array(repeating: 7, count: 32), entryPoint: ["e"], command: ["c"],
            workingDirectory: "/w", variables: ["A": "B"])
        version.configuration.surroundings.overrides = ImageOverrides(entryPoint: ["x"], workingDirectory: "/y")
        version.configuration.layers = [LayerUse(arn: "l", code: version.code)]
        #expect(try FunctionRecord(decoding: version.encoded, tag: .lambdaFunction) == version)
        let use = ImageUseKey(digest: Array(repeating: 7, count: 32), holder: "f1:")
        #expect(Hex.encode(use.encoded) == "402d" + String(repeating: "07", count: 32) + "66313a00")
    }

    @Test func `an alias's bytes`() throws {
        let record = AliasRecord(version: "1", description: "d", weights: [:], revisionID: "r")
        #expect(Hex.encode(record.encoded) == "01" + "0131" + "0164" + "00" + "0172")
        let key = AliasKey(function: 7, name: "a")
        #expect(Hex.encode(key.encoded) == "4021" + "0000000000000007" + "6100")
    }
}
