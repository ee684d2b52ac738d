/// The positions of all alternatives, one after the other, with counted repetitions written out.
struct RegexChain {
    private(set) var sets: [SymbolSet] = []
    private(set) var optional: [Int] = []
    private(set) var repeating: [Int] = []
    private(set) var starts: [Int] = []
    private(set) var anchoredStarts: [Int] = []
    private(set) var ends: [Int] = []
    private(set) var anchoredEnds: [Int] = []

    mutating func append(_ alternative: RegexParser.Alternative) throws(LogPatternError) {
        if alternative.startsAtStart {
            self.anchoredStarts.append(self.sets.count)
        } else {
            self.starts.append(self.sets.count)
        }
        for item in alternative.items { try self.append(item) }
        if alternative.endsAtEnd {
            self.anchoredEnds.append(self.sets.count)
        } else {
            self.ends.append(self.sets.count)
        }
        try self.add(.empty)
    }

    private mutating func append(_ item: RegexParser.Item) throws(LogPatternError) {
        for _ in 0..<item.minimum { try self.add(item.set) }
        if let maximum = item.maximum {
            for _ in item.minimum..<maximum {
                self.optional.append(self.sets.count)
                try self.add(item.set)
            }
        } else if item.minimum > 0 {
            self.repeating.append(self.sets.count - 1)
        } else {
            self.optional.append(self.sets.count)
            self.repeating.append(self.sets.count)
            try self.add(item.set)
        }
    }

    private mutating func add(_ set: SymbolSet) throws(LogPatternError) {
        guard self.sets.count < LogPatternLimits.regexPositions else { throw .regexTooLarge }
        self.sets.append(set)
    }
}
