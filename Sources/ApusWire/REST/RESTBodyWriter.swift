internal import ApusBase

/// Writes the body of a REST answer in either format, as `RESTBodyReader` reads one.
struct RESTBodyWriter: ShapeWriter, ~Copyable {
    private let format: RESTFormat
    private var json: JSONShapeWriter
    private var xml: XMLShapeWriter
    private var hasXMLRoot = false

    init(_ format: RESTFormat) {
        self.format = format
        self.json = JSONShapeWriter(capacity: format == .json ? 256 : 0)
        self.xml = XMLShapeWriter(XMLWriter(capacity: format == .xml ? 512 : 0))
    }

    var contentType: String { self.format == .json ? "application/json" : "application/xml" }

    /// Before the structure that is the body. JSON has no root's name.
    mutating func begin(_ root: XMLRoot?, defaultNamespace: XMLNamespace?) {
        guard self.format == .xml else { return }
        self.hasXMLRoot = root != nil
        self.xml.beginBody(root, defaultNamespace: defaultNamespace)
    }

    /// The whole body, once.
    mutating func finish() -> [UInt8] {
        if self.format == .json { return self.json.bytes }
        if self.hasXMLRoot { self.xml.endBody() }
        return self.xml.bytes
    }

    mutating func beginStructure(_ table: MemberTable) {
        if self.format == .json { return self.json.beginStructure(table) }
        self.xml.beginStructure(table)
    }

    mutating func member(_ table: MemberTable, _ index: Int) {
        if self.format == .json { return self.json.member(table, index) }
        self.xml.member(table, index)
    }

    mutating func endStructure() {
        if self.format == .json { return self.json.endStructure() }
        self.xml.endStructure()
    }

    mutating func beginList() {
        if self.format == .json { return self.json.beginList() }
        self.xml.beginList()
    }

    mutating func element() {
        if self.format == .json { return self.json.element() }
        self.xml.element()
    }

    mutating func endList() {
        if self.format == .json { return self.json.endList() }
        self.xml.endList()
    }

    mutating func beginMap() {
        if self.format == .json { return self.json.beginMap() }
        self.xml.beginMap()
    }

    mutating func key(_ key: String) {
        if self.format == .json { return self.json.key(key) }
        self.xml.key(key)
    }

    mutating func endMap() {
        if self.format == .json { return self.json.endMap() }
        self.xml.endMap()
    }

    mutating func write(_ value: String) {
        if self.format == .json { return self.json.write(value) }
        self.xml.write(value)
    }

    mutating func write(_ value: Bool) {
        if self.format == .json { return self.json.write(value) }
        self.xml.write(value)
    }

    mutating func write(_ value: Int) {
        if self.format == .json { return self.json.write(value) }
        self.xml.write(value)
    }

    mutating func write(_ value: Double) {
        if self.format == .json { return self.json.write(value) }
        self.xml.write(value)
    }

    mutating func write(blob value: [UInt8]) {
        if self.format == .json { return self.json.write(blob: value) }
        self.xml.write(blob: value)
    }

    mutating func write(_ value: Timestamp) {
        if self.format == .json { return self.json.write(value) }
        self.xml.write(value)
    }

    mutating func write(document value: JSONValue) {
        if self.format == .json { return self.json.write(document: value) }
        self.xml.write(document: value)
    }
}
