/// A structure of an AWS API model. Generated types conform; one decoder and one encoder serve every protocol.
package protocol Shape: Sendable, Equatable {
    static var members: MemberTable { get }

    /// Reads the structure that comes next. A required member that is absent gets a placeholder and is recorded in the
    /// reader, so that all that is wrong with a request is found at once; whoever made the reader asks it at the end.
    init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError)

    func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer)

    /// Checks the model's constraints on the members, and those of the structures below.
    func validate(_ validator: inout Validator)
}

extension Shape {
    package func validate(_ validator: inout Validator) {}
}

/// The input of an operation that has none, and the output of one that answers nothing.
package struct NoShape: Shape {
    package static let members = MemberTable([])
    package init() {}
    package init<Reader: ShapeReader & ~Copyable>(from reader: inout Reader) throws(WireError) {
        try reader.beginStructure(Self.members)
        while try reader.nextMember(Self.members) != nil {}
    }
    package func encode<Writer: ShapeWriter & ~Copyable>(to writer: inout Writer) {
        writer.beginStructure(Self.members)
        writer.endStructure()
    }
}

/// Breaks the layout of a structure that contains itself.
package indirect enum Recursive<Value: Shape>: Sendable, Equatable {
    case value(Value)
    package init(_ value: Value) { self = .value(value) }
    package var value: Value {
        switch self {
        case .value(let value): value
        }
    }
}
