/// A C object that does not change, to be kept in a class that is Sendable.
struct CPointer: Hashable, @unchecked Sendable {
    // SAFETY: made before it is shared and destroyed after; only read in between.
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }
}
