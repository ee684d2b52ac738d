import ApusBase
import Testing

/// Reading XML 1.0. Sources: W3C "Extensible Markup Language (XML) 1.0 (Fifth Edition)", the sections that are named.
@Suite struct XMLDocumentTests {
    private func text(_ source: String) throws(XMLError) -> String? {
        let document = try XMLDocument(parsing: Array(source.utf8))
        return document.text(of: document.root)
    }

    private func reason(_ source: String) -> XMLError.Reason? {
        do throws(XMLError) {
            _ = try XMLDocument(parsing: Array(source.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `elements, their order and their names without prefix are found`() throws {
        let document = try XMLDocument(parsing: Array("<p:a xmlns:p='u'><b/> x <p:c>1</p:c><b>2</b></p:a>".utf8))
        #expect(document.name(of: document.root) == "a")
        var names: [String] = []
        var child = document.firstChild(of: document.root)
        while let element = child {
            names.append(document.name(of: element))
            child = document.next(after: element)
        }
        #expect(names == ["b", "c", "b"])
        let found = try #require(document.child("c", of: document.root))
        #expect(document.text(of: found) == "1")
        #expect(document.child("d", of: document.root) == nil)
        #expect(document.text(of: document.root) == nil, "an element with elements in it has no text")
    }

    @Test(arguments: [
        ("<a>x</a>", "x"), ("<a></a>", ""), ("<a/>", ""), ("<a>  x </a>", "  x "),
        ("<a>&lt;&amp;&gt;&quot;&apos;</a>", "<&>\"'"), ("<a>&#65;&#x41;&#x1F431;&#0065;</a>", "AA🐱A"),
        ("<a>a<![CDATA[<b>&amp;]]]>b</a>", "a<b>&amp;]b"), ("<a>a<!-- < & -->b<?p x?>c</a>", "abc"),
        // §2.11: line ends are read as line feeds, unless they are references.
        ("<a>1\r\n2\r3\n4&#13;</a>", "1\n2\n3\n4\r"), ("<a><![CDATA[1\r\n2\r]]></a>", "1\n2\n"),
        // Not XML 1.0, but what S3 writes for such keys.
        ("<a>&#x1;</a>", "\u{1}"),
        (
            "\u{feff}<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\"?>\n<!-- c --><a>é</a>\n<!-- c --><?p?> ",
            "é"
        ),
    ])
    func `a text is what it stands for`(source: String, expected: String) throws {
        #expect(try self.text(source) == expected)
    }

    @Test func `attributes are found without their prefix, and namespaces are none`() throws {
        let source = "<a xmlns:xsi = 'u' xsi:type=\"T &amp; &#10;\n'\" xmlns=\"v\" type2='\"'/>"
        let document = try XMLDocument(parsing: Array(source.utf8))
        #expect(document.attribute("xsi:type", of: document.root) == "T & \n '", "§3.3.3: white space is spaces")
        #expect(document.attribute("type", of: document.root) == "T & \n '")
        #expect(document.attribute("type2", of: document.root) == "\"")
        #expect(document.attribute("xmlns", of: document.root) == nil)
        #expect(document.attribute("xsi", of: document.root) == nil)
    }

    @Test func `no document type is read, nor any entity but the five`() {
        #expect(self.reason("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>") == .declaration)
        #expect(self.reason("<a><!ELEMENT b></a>") == .declaration)
        #expect(self.reason("<a>&x;</a>") == .invalidReference)
        #expect(self.reason("<a b='&x;'/>") == .invalidReference)
        for reference in [
            "&;", "&#;", "&#x;", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&#1a;", "&amp", "&",
        ] {
            #expect(self.reason("<a>\(reference)</a>") == .invalidReference, "\(reference)")
        }
    }

    @Test(arguments: [
        ("", XMLError.Reason.unexpectedEnd), ("  ", .unexpectedEnd), ("x", .unexpectedByte(0x78)),
        ("<a>", .unexpectedEnd),
        ("<a></b>", .mismatchedEnd), ("<a></a><b/>", .trailingBytes), ("<a/>x", .trailingBytes),
        ("<a b='1' b='2'/>", .duplicateAttribute), ("<a b='1'c='2'/>", .unexpectedByte(0x63)),
        ("<a b=1/>", .unexpectedByte(0x31)), ("<a b/>", .unexpectedByte(0x2f)), ("<a b='<'/>", .unexpectedByte(0x3c)),
        ("<a:/>", .unexpectedByte(0x2f)), ("<:a/>", .unexpectedByte(0x3a)), ("<a:b:c/>", .unexpectedByte(0x3a)),
        ("<a:1/>", .unexpectedByte(0x31)),
        ("<1a/>", .unexpectedByte(0x31)), ("< a/>", .unexpectedByte(0x20)), ("<a>]]></a>", .unexpectedByte(0x5d)),
        ("<a>\u{1}</a>", .controlCharacter), ("<a b='\u{2}'/>", .controlCharacter),
        ("<a><!--\u{3}--></a>", .controlCharacter),
        ("<a><!-- a -- b --></a>", .unexpectedByte(0x20)), ("<a><![CDATA[</a>", .unexpectedEnd), ("<a", .unexpectedEnd),
        ("<a/", .unexpectedByte(0x2f)),
        ("<?xml version='1.0' encoding='latin1'?><a/>", .invalidEncoding),
        ("<a><?xml version='1.0'?></a>", .declaration),
    ])
    func `what is not well-formed is refused`(source: String, reason: XMLError.Reason) {
        #expect(self.reason(source) == reason)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: XMLError(offset: 3, reason: .invalidEncoding)) {
            try XMLDocument(parsing: Array("<a>".utf8) + [0xff] + Array("</a>".utf8))
        }
    }

    @Test func `depth, elements and attributes are bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(self.reason(nested(XMLDocument.maximumDepth)) == nil)
        #expect(self.reason(nested(XMLDocument.maximumDepth + 1)) == .tooDeep)
        #expect(self.reason(nested(1_000_000)) == .tooDeep)
        let wide = String(repeating: "<b/>", count: XMLDocument.maximumElements)
        #expect(self.reason("<a>\(wide)</a>") == .tooLarge)
        let attributes = (0...XMLDocument.maximumAttributes).map { " a\($0)=''" }
        #expect(self.reason("<a\(attributes.joined())/>") == .tooLarge)
        #expect(self.reason("<a\(attributes.dropLast().joined())/>") == nil)
    }
}
