import Testing

@testable import ApusServer

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("prot", "port"), ("por", "port"), ("host", "host"), ("APUS_PROT", "APUS_PORT"), ("log.levl", "log.level"),
        ("functions.keep_alive", "functions.keep_alive_seconds"), ("LOG.LEVEL", "log.level"),
    ])
    func `a misspelt name finds what was meant`(_ written: String, _ meant: String) {
        #expect(
            NearestName.of(
                written, among: ["host", "port", "APUS_PORT", "log.level", "functions.keep_alive_seconds"]) == meant)
    }

    @Test func `a name unlike all others finds none`() {
        #expect(NearestName.of("zzzzzzzz", among: ["host", "port"]) == nil)
    }

    @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)])
    func `distance counts insertions, deletions, replacements and swaps`(_ a: String, _ b: String, _ distance: Int) {
        #expect(NearestName.distance(Array(a.utf8), Array(b.utf8)) == distance)
    }
}
