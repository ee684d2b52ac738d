import ApusBase
import Testing

@testable import ApusServer

@Suite struct ConfigurationReferenceTests {
    @Test func `the page on settings is what apus settings prints`() throws {
        let root = Files.directory(of: Files.directory(of: Files.directory(of: Files.directory(of: #filePath))))
        let page = String(decoding: try Files.readAll(root + "/docs/configuration.md"), as: UTF8.self)
        #expect(page == ConfigurationReference.markdown, "run: .build/debug/apus settings > docs/configuration.md")
    }

    @Test func `the page on LocalStack has the table that apus settings --localstack prints`() throws {
        let root = Files.directory(of: Files.directory(of: Files.directory(of: Files.directory(of: #filePath))))
        let page = String(decoding: try Files.readAll(root + "/docs/localstack.md"), as: UTF8.self)
        #expect(
            page.hasSuffix(LocalStackReference.markdown + "\n"),
            "end docs/localstack.md with what .build/debug/apus settings --localstack prints")
    }

    @Test func `no two settings share a name`() {
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
    }
}
