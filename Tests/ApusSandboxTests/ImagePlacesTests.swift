import Testing

@testable import ApusSandbox

@Suite struct ImagePlacesTests {
    private let places = ImagePlaces([
        "/srv/images", "registry.example.com", "http://localhost:5000",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com=http://localhost:5000",
    ])
    private static let digest = "sha256:" + String(repeating: "a0", count: 32)

    private func source(_ uri: String) -> Result<ImagePlaces.Source, ImageAddressError> {
        Result { () throws(ImageAddressError) in try self.places.source(uri) }
    }

    @Test func `an address is asked of the registry that the configuration names`() throws {
        #expect(
            self.source("registry.example.com/a/b:1")
                == .success(.registry(name: "registry.example.com/a/b", version: ":1", isPlain: false)))
        #expect(
            self.source("docker://localhost:5000/a@\(Self.digest)")
                == .success(.registry(name: "localhost:5000/a", version: "@\(Self.digest)", isPlain: true)))
        #expect(
            self.source("123456789012.dkr.ecr.us-east-1.amazonaws.com/a:tag@\(Self.digest)")
                == .success(.registry(name: "localhost:5000/a", version: "@\(Self.digest)", isPlain: true)))
        #expect(self.source("docker.io/library/a") == .failure(.notPermitted("the registry docker.io")))
    }

    @Test func `a layout is a folder and a tag`() throws {
        #expect(self.source("oci:/srv/images/a:1") == .success(.layout(folder: "/srv/images/a", tag: "1")))
        #expect(self.source("oci:/srv/images/a") == .success(.layout(folder: "/srv/images/a", tag: "")))
    }

    @Test(arguments: [
        "", "a", "registry.example.com", "registry.example.com/", "registry.example.com/A",
        "registry.example.com/a/../b",
        "registry.example.com/a:", "registry.example.com/a b", "registry.example.com/a@sha256:1", "--flag/a", "oci:a:1",
        "oci:/a:b:c", "oci:/a: b", "oci:/a\0b", "docker-archive:/a", "dir:/etc", "registry.example.com//a",
    ]) func `what is no address is refused`(uri: String) {
        #expect(self.source(uri) == .failure(.invalid))
    }

    @Test func `entries of the setting are folders, registries and other names for them`() {
        for entry in ["/srv", "a.example.com:5000", "http://localhost:5000", "b=a"] {
            #expect(ImagePlaces.problem(entry) == nil)
        }
        for entry in ["", "a/b", "https://a", "=a", "a=", "a=/srv", "a b"] {
            #expect(ImagePlaces.problem(entry) != nil)
        }
        #expect(ImagePlaces([]).isEmpty && !self.places.isEmpty)
    }

    @Test func `the digest takes the place of the tag`() {
        let digest = [UInt8](repeating: 0xA0, count: 32)
        #expect(ImageStore.resolved("localhost:5000/a:1", digest) == "localhost:5000/a@\(Self.digest)")
        #expect(ImageStore.resolved("localhost:5000/a", digest) == "localhost:5000/a@\(Self.digest)")
        #expect(ImageStore.resolved("oci:/srv/a:1", digest) == "oci:/srv/a@\(Self.digest)")
        #expect(ImageStore.resolved("h/a@\(Self.digest)", digest) == "h/a@\(Self.digest)")
    }
}
