import ApusBase
import DynamoDBItems

/// Items of DynamoDB. As JSON of the wire: what is read survives the store and is the same when it was written and read again. As
/// bytes of the store: what is accepted is walked without a trap.
enum DynamoDBItemTarget {
    static func check(_ bytes: [UInt8]) throws(FuzzFailure) {
        if let item = try? Item(stored: bytes) { _ = (item.json, item.size, item.root.depth) }
        var json = JSONReader(bytes)
        guard let input = try? ItemReader.item(from: &json), let item = try? input.checked() else { return }
        try FuzzFailure.unless(
            (try? Item(stored: item.bytes)) == item, "what was read is refused from the store: \(item.json)")
        let again = try? ItemInput(json: item.json).checked()
        try FuzzFailure.unless(again == item, "what was written reads differently: \(item.json)")
        var size = 0
        for (name, value) in item.attributes {
            size += name.count + value.size
            try FuzzFailure.unless(
                item[utf8: Array(name)] == value, "an attribute is not found by its name: \(item.json)")
        }
        try FuzzFailure.unless(item.size == size, "the size is not that of the attributes: \(item.json)")
    }
}
