extension ItemValue {
    /// A value on its own, not part of an item.
    package init(number: ItemNumber) {
        var writer = ItemWriter(capacity: 24)
        writer.number(number)
        self = writer.takeValue()
    }

    package init(string: String) {
        var writer = ItemWriter(capacity: string.utf8.count + 4)
        writer.string(string)
        self = writer.takeValue()
    }

    package init(binary: [UInt8]) {
        var writer = ItemWriter(capacity: binary.count + 4)
        writer.binary(binary)
        self = writer.takeValue()
    }

    package init(bool: Bool) {
        var writer = ItemWriter(capacity: 1)
        writer.bool(bool)
        self = writer.takeValue()
    }

    package static let null: ItemValue = {
        var writer = ItemWriter(capacity: 1)
        writer.null()
        return writer.takeValue()
    }()
}
