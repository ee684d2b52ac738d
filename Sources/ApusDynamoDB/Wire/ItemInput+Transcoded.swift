package import ApusBase
package import ApusWire
package import DynamoDBItems

/// Maps of values by name: items, keys, ExpressionAttributeValues.
extension ItemInput: Transcoded {
    package static let placeholder = ItemInput(.empty)

    package init(from json: inout JSONReader) throws(TranscodingError) {
        do throws(ItemFormatError) { self = try ItemReader.item(from: &json) } catch {
            throw TranscodingError(error.json, wanted: error.wanted)
        }
    }

    package func write(to json: inout JSONWriter) { self.item.write(to: &json) }
}

extension ValueInput: Transcoded {
    package static let placeholder = ValueInput(.null)

    package init(from json: inout JSONReader) throws(TranscodingError) {
        do throws(ItemFormatError) { self = try ItemReader.value(from: &json) } catch {
            throw TranscodingError(error.json, wanted: error.wanted)
        }
    }

    package func write(to json: inout JSONWriter) { self.value.write(to: &json) }
}
