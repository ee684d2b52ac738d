import ApusBase
import Testing

/// Writing CBOR. Expected bytes are those of RFC 8949, appendix A, and of Smithy's protocol tests.
@Suite struct CBORWriterTests {
    private func hex(_ write: (inout CBORWriter) -> Void) -> String {
        var writer = CBORWriter()
        write(&writer)
        return Hex.encode(writer.bytes)
    }

    @Test(arguments: [
        (0, "00"), (23, "17"), (24, "1818"), (100, "1864"), (1000, "1903e8"), (1_000_000, "1a000f4240"),
        (1_000_000_000_000, "1b000000e8d4a51000"), (-1, "20"), (-100, "3863"), (-1000, "3903e7"),
        (Int.min, "3b7fffffffffffffff"),
    ])
    func `integers have the shortest head`(value: Int, hex: String) {
        #expect(self.hex { $0.int(value) } == hex)
    }

    @Test(arguments: [
        (100000.0, "fa47c35000"), (1.1, "fb3ff199999999999a"), (7.625, "fa40f40000"), (Double.infinity, "fa7f800000"),
        (-Double.infinity, "faff800000"), (1.0e+300, "fb7e37e43c8800759c"),
    ])
    func `floats are single where that loses nothing`(value: Double, hex: String) {
        #expect(self.hex { $0.double(value) } == hex)
    }

    @Test func `maps and arrays are open, and times are tagged doubles`() {
        let written = self.hex {
            $0.beginMap()
            $0.text("a")
            $0.beginArray()
            $0.bool(true)
            $0.null()
            $0.byteString([1, 2])
            $0.end()
            $0.end()
        }
        #expect(written == "bf61619ff5f6420102ffff")
        // Smithy's case RpcV2CborLists has 1398796238 so.
        #expect(self.hex { $0.timestamp(Timestamp(seconds: 1_398_796_238)) } == "c1fb41d4d7fbf3800000")
    }

    @Test func `what is not a number stays so`() throws {
        var writer = CBORWriter()
        writer.double(.nan)
        var reader = CBORReader(writer.bytes)
        #expect(try reader.readDouble().isNaN)
    }
}
