import ApusBase
import ApusService
import ApusStore
import ApusTestSupport
import DynamoDBItems
import Testing

@testable import ApusDynamoDB

/// Global tables with strong consistency:
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html. Words of errors were found of
/// AWS in October 2026 by ack-api-quirks, DDB-TABLE-202 and 257 to 261.
@Suite struct StrongConsistencyTests: ReplicaSuite {
    let bench = DynamoDBBench()
    private let worker: WorkerRun

    private static let third = "eu-west-3"
    private static let strong = #""MultiRegionConsistency":"STRONG""#
    private static let suffix = "for global tables with MultiRegionConsistency set to STRONG."
    private static func create(_ regions: String...) -> String {
        let creates = regions.map { #"{"Create":{"RegionName":"\#($0)"}}"# }
        return #""ReplicaUpdates":[\#(creates.joined(separator: ","))]"#
    }
    private static func delete(_ regions: String...) -> String {
        let deletes = regions.map { #"{"Delete":{"RegionName":"\#($0)"}}"# }
        return #""ReplicaUpdates":[\#(deletes.joined(separator: ","))]"#
    }
    private static func witness(_ action: String, _ region: String) -> String {
        #""GlobalTableWitnessUpdates":[{"\#(action)":{"RegionName":"\#(region)"}}]"#
    }

    init() { self.worker = WorkerRun(ReplicaFiller(), host: self.bench.bench.host) }

    private func refusal(_ changes: String..., in region: String = TestBench.region) -> String? {
        let json = #"{"TableName":"table",\#(changes.joined(separator: ","))}"#
        let refusal = self.bench.refusal(UpdateTable.self, json, in: region)
        let prefix = "ValidationException: "
        return refusal.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
    }

    private func createGroup(witness: Bool) throws -> TableDescription? {
        try self.bench.create()
        let regions = witness ? Self.create(Self.other) : Self.create(Self.other, Self.third)
        let more = witness ? "," + Self.witness("Create", Self.third) : ""
        let answer = try self.update("\(Self.strong),\(regions)\(more)")
        self.bench.bench.driver.settle()
        return answer
    }

    @Test func `a group begins with three replicas, and what is written in one is read in the others`() throws {
        let answer = try self.createGroup(witness: false)
        #expect(answer?.multiRegionConsistency == "STRONG" && answer?.globalTableVersion == "2019.11.21")
        for region in [TestBench.region, Self.other, Self.third] {
            let table = try self.describe(in: region)
            #expect(table?.multiRegionConsistency == "STRONG" && table?.globalTableWitnesses == nil)
            #expect(table?.replicas?.map(\.replicaStatus) == ["ACTIVE", "ACTIVE"])
            // Streams are not what such groups are replicated by.
            #expect(table?.streamSpecification == nil)
        }
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(try self.item("a", in: Self.other) != nil)
        #expect(try self.item("a", in: Self.third) != nil)
        #expect(self.worker.failures == 0)
    }

    @Test func `a witness is told of, and is no table`() throws {
        let answer = try self.createGroup(witness: true)
        #expect(answer?.globalTableWitnesses?.map(\.witnessStatus) == ["CREATING"])
        for region in [TestBench.region, Self.other] {
            let table = try self.describe(in: region)
            #expect(table?.globalTableWitnesses?.map(\.regionName) == [Self.third])
            #expect(table?.globalTableWitnesses?.map(\.witnessStatus) == ["ACTIVE"])
        }
        #expect(
            self.bench.refusal(DescribeTable.self, #"{"TableName":"table"}"#, in: Self.third)?
                .hasPrefix("ResourceNotFoundException") == true)
        #expect(self.worker.failures == 0)
    }

    @Test func `a witness takes permissions in its region`() throws {
        _ = try self.createGroup(witness: true)
        let arn = "arn:aws:dynamodb:eu-west-3:123456789012:table/table"
        #expect(
            self.bench.authorizer.demands.filter { $0.resource == arn }.map(\.action)
                == ["dynamodb:CreateGlobalTableWitness"])
        self.bench.authorizer.refuse(["dynamodb:DeleteGlobalTableWitness"])
        #expect(
            self.refusal(Self.delete(Self.other), Self.witness("Delete", Self.third))?.hasPrefix("AccessDenied") == true
        )
    }

    @Test func `a group begins with all its regions, and empty`() throws {
        try self.bench.create()
        #expect(self.refusal(Self.strong, Self.create(Self.other)) == "Unsupported replica count \(Self.suffix)")
        #expect(
            self.refusal(Self.strong, Self.create(Self.other, Self.third, "eu-central-1"))
                == "Unsupported replica count \(Self.suffix)")
        let one = [Self.create(Self.other), Self.witness("Create", Self.third)].joined(separator: ",")
        let needsStrong =
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
        #expect(self.refusal(one) == needsStrong)
        #expect(self.refusal(#""MultiRegionConsistency":"EVENTUAL""#, one) == needsStrong)
        let same = "Cannot target multiple regions with the same action"
        #expect(self.refusal(Self.strong, Self.create(Self.other), Self.witness("Create", Self.other)) == same)
        #expect(self.refusal(Self.strong, Self.create(Self.other, Self.other)) == same)
        #expect(
            self.refusal(Self.strong, Self.create(Self.other), Self.witness("Create", TestBench.region))
                == "Cannot add a witness in the same region as an existing replica when creating a global table with MultiRegionConsistency set to STRONG."
        )
        #expect(
            self.refusal(Self.strong, one, #""DeletionProtectionEnabled":true"#)
                == "One or more parameter values were invalid: Requests that modify replicas or witnesses must not also modify other fields"
        )
        // Nothing else comes with a consistency that says nothing.
        for change in [Self.strong, Self.witness("Create", Self.third)] {
            #expect(
                self.refusal(change, #""TableClass":"STANDARD""#)
                    == "One or more parameter values were invalid: Requests that modify replicas or witnesses must not also modify other fields"
            )
        }
        for alone in [Self.strong, Self.witness("Create", Self.third)] {
            #expect(self.refusal(alone)?.hasPrefix("At least one of ProvisionedThroughput, BillingMode, ") == true)
        }
        #expect(self.refusal(Self.strong)?.contains(" MultiRegionConsistency") == false)
        try self.bench.put(#"{"pk":{"S":"a"}}"#)
        #expect(self.refusal(Self.strong, one)?.hasPrefix("The table must be empty") == true)
        #expect(try self.describe(in: TestBench.region)?.replicas == nil)
    }

    @Test func `a table that expires or has local indexes cannot have it`() throws {
        try self.bench.create()
        let expiry = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#
        _ = try self.bench.run(UpdateTimeToLive.self, expiry)
        let both = Self.create(Self.other, Self.third)
        #expect(self.refusal(Self.strong, both)?.hasPrefix("Time to Live is not supported") == true)
        _ = try self.bench.run(DeleteTable.self, #"{"TableName":"table"}"#)
        try self.bench.create(
            sort: "S",
            more:
                #""LocalSecondaryIndexes":[{"IndexName":"loc","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]"#
        )
        #expect(self.refusal(Self.strong, both)?.hasPrefix("Local secondary indexes are not supported") == true)
    }

    @Test func `a group stays as it is`() throws {
        _ = try self.createGroup(witness: true)
        #expect(
            self.refusal(Self.create("eu-central-1"))
                == "Cannot add replicas to a global table with strong MultiRegionConsistency")
        #expect(
            self.refusal(Self.strong, Self.create("eu-central-1")) == "Unsupported replica count \(Self.suffix)")
        #expect(
            self.refusal(Self.delete(Self.other)) == "Update table delete operation does not include all witnesses.")
        #expect(
            self.refusal(#""MultiRegionConsistency":"EVENTUAL""#, Self.create("eu-central-1"))
                == "MultiRegionConsistency parameter is unsupported on existing global table")
        #expect(
            self.refusal(Self.strong, Self.delete(Self.other))
                == "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.")
        #expect(
            self.refusal(Self.delete(Self.other), Self.witness("Delete", "eu-central-1"))
                == "Update global table operation failed because one or more witnesses were not part of the global table. Please retry the request without these witnesses: [eu-central-1]."
        )
        for region in [TestBench.region, Self.other] {
            #expect(
                self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#, in: region)
                    == "ValidationException: Deletion of only one table replica is not supported \(Self.suffix)")
        }
        let expiry = #"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}"#
        #expect(self.bench.refusal(UpdateTimeToLive.self, expiry)?.contains("Time to Live is not supported") == true)
        #expect(self.worker.failures == 0)
    }

    @Test func `of three replicas none goes alone`() throws {
        _ = try self.createGroup(witness: false)
        #expect(
            self.refusal(Self.delete(Self.other))
                == "Deletion of only one table replica is not supported \(Self.suffix)")
        let answer = try self.update(Self.delete(Self.other, Self.third))
        #expect(answer?.replicas?.map(\.replicaStatus) == ["DELETING", "DELETING"])
        #expect(try self.describe(in: TestBench.region)?.multiRegionConsistency == nil)
        #expect(self.bench.refusal(DeleteTable.self, #"{"TableName":"table"}"#) == nil)
    }

    @Test func `a group ends with its replica and its witness at once, and what is left is a table as any`() throws {
        _ = try self.createGroup(witness: true)
        let answer = try self.update(
            [Self.delete(Self.other), Self.witness("Delete", Self.third)].joined(separator: ","))
        #expect(answer?.globalTableWitnesses?.map(\.witnessStatus) == ["DELETING"])
        let table = try self.describe(in: TestBench.region)
        #expect(table?.replicas == nil && table?.globalTableWitnesses == nil && table?.multiRegionConsistency == nil)
        #expect(self.bench.refusal(DescribeTable.self, #"{"TableName":"table"}"#, in: Self.other) != nil)
        try self.replicate()
        #expect(try self.describe(in: Self.other)?.multiRegionConsistency == "EVENTUAL")
        #expect(self.worker.failures == 0)
    }

    @Test func `transactions are not for its members`() throws {
        _ = try self.createGroup(witness: true)
        let get = #"{"TransactItems":[{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}}}}]}"#
        #expect(self.bench.refusal(TransactGetItems.self, get)?.hasPrefix("ValidationException: ") == true)
        let put = #"{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}}]}"#
        #expect(
            self.bench.refusal(TransactWriteItems.self, put, in: Self.other)?.hasPrefix("ValidationException: ") == true
        )
        for statement in [#"INSERT INTO \"table\" VALUE {'pk': 'a'}"#, #"SELECT * FROM \"table\" WHERE pk = 'a'"#] {
            let json = #"{"TransactStatements":[{"Statement":"\#(statement)"}]}"#
            #expect(throws: ServiceError.self) { try self.bench.perform(ExecuteTransaction(), json) }
        }
        #expect(try self.count(in: TestBench.region) == 0)
    }
}
