internal import DynamoDBExpressions
package import DynamoDBItems

extension PartiQLColumn {
    /// What SELECT answers of an item: each column that it has. Of two of one name the later counts.
    package static func applied(_ columns: [PartiQLColumn], to item: Item) -> Item {
        var writer = ItemWriter(capacity: 128)
        writer.beginItem()
        for column in columns {
            guard let value = column.path.value(in: item) else { continue }
            writer.name(utf8: column.name[...])
            writer.keep(value)
        }
        return writer.endItem()
    }
}
