internal import ApusBase
internal import ApusService
internal import ApusStore

/// `Marker` and `MaxItems` of the List operations. A marker is the Base64 form of the last item's sort key.
struct Paging {
    /// The sort key after which the page begins.
    let after: String?
    let limit: Int

    init(marker: String?, maxItems: Int?) throws(ServiceError) {
        self.limit = min(maxItems ?? IAMLimits.itemsPerPage, IAMLimits.maximumItemsPerPage)
        guard let marker else {
            self.after = nil
            return
        }
        guard let bytes = Base64.decode(marker), !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw CommonError.validation("Invalid Marker.")
        }
        self.after = text
    }

    /// One page of a list that is at hand, sorted by `key`.
    func page<Item>(_ items: [Item], key: (Item) -> String) -> (items: [Item], marker: String?) {
        let rest = self.after.map { after in items.drop { key($0) <= after } } ?? items[...]
        return self.cut(Array(rest.prefix(self.limit + 1)), key: key)
    }

    /// Cuts a list that was read to one more than the limit.
    func cut<Item>(_ items: [Item], key: (Item) -> String) -> (items: [Item], marker: String?) {
        guard items.count > self.limit else { return (items, nil) }
        let page = Array(items.prefix(self.limit))
        return (page, page.last.map { Base64.encode(Array(key($0).utf8)) })
    }
}

extension Call {
    /// The names of a kind in the call's account under a path, a page of them.
    mutating func names(
        _ kind: IAMKind, pathPrefix: String?, _ paging: Paging
    ) throws(ServiceError) -> (items: [(key: IAMNameKey, value: IAMNameRecord)], marker: String?) {
        var range = IAMNameKey.all(account: self.account, kind: kind)
        if let after = paging.after { range = range.after(IAMNameKey(account: self.account, kind: kind, name: after)) }
        var found: [(key: IAMNameKey, value: IAMNameRecord)] = []
        try self.scan(range) { key, record in
            if record.path.hasPrefix(pathPrefix ?? "/") { found.append((key, record)) }
            return found.count > paging.limit ? .stop : .next
        }
        return paging.cut(found) { $0.key.name }
    }
}
