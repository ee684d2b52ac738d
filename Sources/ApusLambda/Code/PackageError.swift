/// Why a package cannot be kept or used.
package enum PackageError: Error, Sendable, Equatable {
    /// It is not an archive that Lambda takes; the reason is for logs.
    case invalid(String)
    /// Larger than a package may be.
    case tooLarge
    /// The disk has no room, or cannot be written now.
    case unavailable(String)
    /// It is not there any more.
    case missing
}
