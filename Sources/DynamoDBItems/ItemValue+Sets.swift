extension ItemValue {
    /// Whether both are sets, and of one type.
    package func isSet(like other: ItemValue) -> Bool { self.code == other.code && self.type.elementType != nil }

    /// The union of two sets of one type, `ADD`.
    package func union(_ other: ItemValue) -> ItemValue {
        precondition(self.isSet(like: other), "Sets of one type have a union.")
        var writer = ItemWriter(capacity: self.encoded.count + other.encoded.count)
        writer.begin(self.type)
        var left = self.members
        var right = other.members
        var next = (left: left.next(), right: right.next())
        while true {
            switch next {
            case (let element?, nil):
                writer.member(element)
                next.left = left.next()
            case (nil, let element?):
                writer.member(element)
                next.right = right.next()
            case (let mine?, let theirs?):
                let order = Self.order(mine, theirs)
                writer.member(order <= 0 ? mine : theirs)
                if order <= 0 { next.left = left.next() }
                if order >= 0 { next.right = right.next() }
            case (nil, nil):
                writer.end()
                return writer.takeValue()
            }
        }
    }

    /// This set without the elements of `other`, a set of the same type, `DELETE`. Nil for no elements: there are no empty sets.
    package func subtracting(_ other: ItemValue) -> ItemValue? {
        precondition(self.isSet(like: other), "Sets of one type have a difference.")
        var writer = ItemWriter(capacity: self.encoded.count)
        writer.begin(self.type)
        var count = 0
        var right = other.members
        var theirs = right.next()
        for mine in self.members {
            while let element = theirs, Self.order(element, mine) < 0 { theirs = right.next() }
            if let element = theirs, Self.order(element, mine) == 0 { continue }
            writer.member(mine)
            count += 1
        }
        writer.end()
        return count == 0 ? nil : writer.takeValue()
    }
}
