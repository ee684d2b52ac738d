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
}
