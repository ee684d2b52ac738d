import ApusBase
import Testing

/// Inputs nobody would write: XML is read or refused, never a trap.
@Suite struct XMLFuzzTests {
    private static let document = Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- c --><p:Delete xmlns:p="http://s3" a='1 &amp; 2'><Object><Key>é &lt;&#x1F431;\r\n</Key></Object>
        <Quiet/><![CDATA[ ]]]>]<?p i?></p:Delete>
        """.utf8)

    /// Looks at all that there is.
    private func walk(_ document: XMLDocument, _ element: XMLDocument.Element) {
        _ = document.name(of: element)
        _ = document.text(of: element)
        _ = document.attribute("a", of: element)
        _ = document.index(of: element, in: ["Key", "Quiet"])
        var child = document.firstChild(of: element)
        while let next = child {
            self.walk(document, next)
            child = document.next(after: next)
        }
    }

    private func check(_ bytes: [UInt8]) -> Bool {
        guard let document = try? XMLDocument(parsing: bytes) else { return false }
        self.walk(document, document.root)
        return true
    }

    @Test func `no prefix of a document is a document`() {
        #expect(self.check(Self.document))
        for count in 0..<Self.document.count { #expect(!self.check(Array(Self.document[..<count]))) }
    }

    @Test func `documents with bytes changed, added and removed are read or refused`() {
        let entropy = SeededEntropy(seed: 11)
        for place in Self.document.indices {
            for byte in Array("<>/!?&;#x'\"=-[] ]:a1\r".utf8) + [0, 1, 0x80, 0xc3, 0xff] {
                var changed = Self.document
                changed[place] = byte
                _ = self.check(changed)
                changed = Self.document
                changed.insert(byte, at: place)
                _ = self.check(changed)
            }
            var shorter = Self.document
            shorter.removeSubrange(place..<min(place + 1 + Int(entropy.below(6)), shorter.count))
            _ = self.check(shorter)
        }
    }

    @Test func `random texts of XML's characters are read or refused`() {
        let entropy = SeededEntropy(seed: 12)
        let pieces = [
            "<a>", "</a>", "<a/>", "<b>", "</b>", "<", ">", "&lt;", "&#x41;", "&", ";", "<![CDATA[", "]]>", "<!--",
            "-->",
            "<?p", "?>", " x='y'", "\"", "x", "é", "\r", "\n", "<!DOCTYPE a>",
        ]
        var accepted = 0
        for _ in 0..<30_000 {
            var source = "<a>"
            for _ in 0..<entropy.below(7) { source += pieces[Int(entropy.below(UInt64(pieces.count)))] }
            if self.check(Array((source + "</a>").utf8)) { accepted += 1 }
        }
        #expect(accepted > 1000)
    }

    @Test func `random bytes are refused or read`() {
        let entropy = SeededEntropy(seed: 13)
        for _ in 0..<20_000 { _ = self.check(entropy.bytes(count: Int(entropy.below(24)))) }
    }

    @Test func `any text and attribute written is read back`() throws {
        let entropy = SeededEntropy(seed: 14)
        let scalars: [Unicode.Scalar] = ["<", ">", "&", "\"", "'", "]", "\r", "\n", "\t", "\u{1}", "a", " ", "é", "🐱"]
        for _ in 0..<5000 {
            var text = ""
            for _ in 0..<entropy.below(8) {
                text.unicodeScalars.append(scalars[Int(entropy.below(UInt64(scalars.count)))])
            }
            var writer = XMLWriter()
            writer.declaration()
            writer.begin("a", attributes: ["b": text])
            writer.element("c", text)
            writer.end()
            let document = try XMLDocument(parsing: writer.bytes)
            let child = try #require(document.firstChild(of: document.root))
            #expect(document.text(of: child) == text)
            // A space, a tab and a line end differ in an attribute only as references, which the writer makes.
            #expect(document.attribute("b", of: document.root) == text)
        }
    }
}
