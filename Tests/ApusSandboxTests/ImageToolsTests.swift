import ApusService
import Glibc
import Testing

@testable import ApusSandbox

/// What unpacks an image is ended when it goes too far. A shell stands in for it.
@Suite(.enabled(if: ImageTools.missing.isEmpty)) struct ImageToolsTests {
    private func run(
        _ script: String, milliseconds: Int32 = 20_000, change: (inout ImageLimits) -> Void = { _ in }
    ) throws -> Result<String, ImageError> {
        var template = Array("/tmp/apus-image-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let place = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { removeTree(place) }
        chmod(place, 0o755)
        let tools = try #require(ImageTools(hasUser: geteuid() == 0))
        try tools.makeFolder("\(place)/work")
        var limits = ImageLimits()
        limits.freeBytes = 0
        change(&limits)
        return Result { () throws(ImageError) in
            try tools.run(
                ["/bin/sh", "-c", script], in: "\(place)/work", limits: limits, milliseconds: milliseconds
            ).output
        }
    }

    @Test func `it works in its folder, without rights`() throws {
        let output = try self.run("pwd; id -u; cat /proc/self/status | grep -E '^(CapEff|CapBnd|NoNewPrivs)'").get()
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasSuffix("/work") == true)
        #expect(lines.dropFirst().first == (geteuid() == 0 ? "1899999999" : "\(geteuid())"))
        #expect(output.contains("CapEff:\t0000000000000000") && output.contains("NoNewPrivs:\t1"))
    }

    @Test func `many files that are large together end it`() throws {
        let script = "i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i; done"
        let result = try self.run(script) { $0.bytes = 8 << 20 }
        #expect(result == .failure(.refused("The image is larger than 8 MiB, or has too many files.")))
    }

    @Test func `very many files end it`() throws {
        let result = try self.run("i=0; while :; do i=$((i+1)); : > f$i; done") { $0.entries = 100 }
        #expect(result == .failure(.refused("The image is larger than 10240 MiB, or has too many files.")))
    }

    @Test func `one that takes too long is ended, with what it has begun`() throws {
        let result = try self.run("sleep 60 & sleep 60", milliseconds: 300)
        #expect(result == .failure(.unavailable("The image took too long to be pulled or unpacked.")))
    }

    @Test func `a disk without room ends it`() throws {
        let result = try self.run("sleep 60") { $0.freeBytes = 1 << 60 }
        #expect(result == .failure(.unavailable("The server's disk has no room for the image.")))
    }
}
