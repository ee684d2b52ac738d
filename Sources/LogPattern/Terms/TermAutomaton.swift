/// Finds which of many texts occur in a message, in one pass over it, whatever they are.
///
/// Aho and Corasick, "Efficient string matching", CACM 18 (1975): the texts as a tree, each node with the next node for every byte.
/// Bytes that no text has share one column of the table, so that it stays small: a few words make a few kilobytes, the longest
/// pattern of all 2 MB at the very most.
struct TermAutomaton: Sendable {
    private let columns: [UInt8]
    private let width: Int
    /// The next node for a node and a column.
    private let next: [UInt16]
    /// For each node the texts that end there, by their numbers.
    private let found: [[Int]]
    /// How many texts there are.
    private let count: Int

    /// - Parameter texts: together at most `LogPatternLimits.patternBytes` bytes.
    init(_ texts: [[UInt8]]) {
        var columns = [UInt8](repeating: 0, count: 256)
        var width = 1
        // At most 255 columns beside the first: a byte of UTF-8 is never 0xFF.
        for byte in Set(texts.joined()).sorted() {
            columns[Int(byte)] = UInt8(width)
            width += 1
        }
        var tree = Tree(width: width)
        for (number, text) in texts.enumerated() { tree.add(text.map { Int(columns[Int($0)]) }, number) }
        tree.link()
        self.columns = columns
        self.width = width
        self.next = tree.next
        self.found = tree.found
        self.count = texts.count
    }

    /// Calls `body` with the number of each text that occurs, once, in the order in which they end; it answers whether to go on.
    /// O(message + texts).
    func scan(_ message: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Bool) {
        var isVisited = [Bool](repeating: false, count: self.found.count)
        var isReported = [Bool](repeating: false, count: self.count)
        var node = 0
        for byte in message {
            node = Int(self.next[node * self.width + Int(self.columns[Int(byte)])])
            if isVisited[node] { continue }
            isVisited[node] = true
            for number in self.found[node] where !isReported[number] {
                isReported[number] = true
                guard body(number) else { return }
            }
        }
    }

    /// The tree while it grows.
    private struct Tree {
        let width: Int
        var next: [UInt16]
        var found: [[Int]] = [[]]

        init(width: Int) {
            self.width = width
            self.next = [UInt16](repeating: 0, count: width)
        }

        mutating func add(_ columns: [Int], _ number: Int) {
            var node = 0
            for column in columns {
                if self.next[node * self.width + column] == 0 {
                    self.next[node * self.width + column] = UInt16(self.found.count)
                    self.next += [UInt16](repeating: 0, count: self.width)
                    self.found.append([])
                }
                node = Int(self.next[node * self.width + column])
            }
            self.found[node].append(number)
        }

        /// Gives each node, in the order of depth, the steps of the longest ending of it that begins a text.
        mutating func link() {
            var fallback = [Int](repeating: 0, count: self.found.count)
            var queue = [0]
            var index = 0
            while index < queue.count {
                let node = queue[index]
                index += 1
                for column in 0..<self.width {
                    let child = Int(self.next[node * self.width + column])
                    let other = node == 0 ? 0 : Int(self.next[fallback[node] * self.width + column])
                    if child == 0 {
                        self.next[node * self.width + column] = UInt16(other)
                    } else {
                        fallback[child] = other
                        self.found[child] += self.found[other]
                        queue.append(child)
                    }
                }
            }
        }
    }
}
