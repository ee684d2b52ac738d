import Testing

/// That the suites are whole.
@Suite(.enabled(if: SuiteFolder.path != nil, "botocore-protocols is not there: set APUS_SUITES"))
struct SuiteCoverageTests {
    private func identifiers(_ folder: String, _ files: KeyValuePairs<String, Int>) throws -> [String] {
        try files.flatMap { file, count in
            let cases = try SuiteFolder.cases("\(folder)/\(file)")
            #expect(cases.count == count, "\(folder)/\(file)")
            return cases.map { "\($0)" }
        }
    }

    @Test func `every request case but those of ec2, which nobody here speaks, is tried`() throws {
        let known = try self.identifiers("input", SuiteFolder.inputs)
        #expect(known.count + (try SuiteFolder.cases("input/ec2").count) == 367)
        #expect(Set(SuiteReadings.input.keys).isSubset(of: known))
    }

    @Test func `every response case but those of ec2, which nobody here speaks, is tried`() throws {
        let known = try self.identifiers("output", SuiteFolder.outputs)
        #expect(known.count + (try SuiteFolder.cases("output/ec2").count) == 365)
    }
}
