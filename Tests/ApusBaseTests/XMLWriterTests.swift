import ApusBase
import Testing

@Suite struct XMLWriterTests {
    @Test func `elements nest and text is escaped`() {
        var writer = XMLWriter()
        writer.declaration()
        writer.begin("R", attributes: ["xmlns": "http://x/?a&b", "q": "\"<\n"])
        writer.element("Body", "a<b>&\"c\"\r\n\u{1}é")
        writer.begin("Empty")
        writer.end()
        writer.end()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == """
                <?xml version="1.0" encoding="UTF-8"?>
                <R xmlns="http://x/?a&amp;b" q="&quot;&lt;&#10;"><Body>a&lt;b&gt;&amp;"c"&#xd;
                &#x1;é</Body><Empty></Empty></R>
                """)
    }

    @Test func `an element declares a namespace, and takes an attribute later`() {
        var xml = XMLWriter()
        xml.begin("AccessControlPolicy", namespace: "http://s3.amazonaws.com/doc/2006-03-01/", prefix: nil)
        xml.begin("Grantee", namespace: "http://www.w3.org/2001/XMLSchema-instance", prefix: "xsi")
        let place = xml.tagEnd
        xml.element("ID", "1")
        let end = xml.insertAttribute("xsi:type", "Canonical\"User", at: place)
        _ = xml.insertAttribute("b", "2", at: end)
        xml.element("DisplayName", "n")
        xml.end()
        xml.end()
        #expect(
            String(decoding: xml.bytes, as: UTF8.self)
                == "<AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"Canonical&quot;User\" b=\"2\">"
                + "<ID>1</ID><DisplayName>n</DisplayName></Grantee></AccessControlPolicy>")
    }
}
