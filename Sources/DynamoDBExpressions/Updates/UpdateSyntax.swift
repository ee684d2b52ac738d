/// An update as it is written. Numbers are places in `Syntax.paths` and in `nodes`.
struct UpdateSyntax: Hashable, Sendable {
    var syntax: Syntax
    var actions: [Action] = []
    var nodes: [UpdateNode] = []

    enum Action: Hashable, Sendable {
        case set(path: Int, value: Int)
        case remove(path: Int)
        /// The value is a place in `Syntax.valueReferences`.
        case add(path: Int, value: Int)
        case delete(path: Int, value: Int)

        var path: Int {
            switch self {
            case .set(let path, _), .remove(let path), .add(let path, _), .delete(let path, _): path
            }
        }
    }
}

/// A part of the value that SET gives.
enum UpdateNode: Hashable, Sendable {
    /// A place in `Syntax.paths`, in `Syntax.valueReferences`.
    case path(Int)
    case value(Int)
    case function(UpdateFunction, [Int])
    /// `+` or `-`.
    case sum(Int, Int)
    case difference(Int, Int)
}

enum UpdateFunction: String, Hashable, Sendable {
    case ifNotExists = "if_not_exists"
    case listAppend = "list_append"
}
