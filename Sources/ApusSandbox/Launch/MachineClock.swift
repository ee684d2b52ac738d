internal import CApusSandbox

/// What the kernel knows of the machine's clock.
package enum MachineClock {
    /// Whether somebody keeps it right; nil where the kernel does not tell.
    package static var isSynchronised: Bool? {
        switch apus_clock_is_synchronised() {
        case 1: true
        case 0: false
        default: nil
        }
    }
}
