internal import ApusSandbox

/// The cgroup of a service.
package enum ServiceGroup {
    /// Makes room for functions' groups, where the service manager delegated its group to this process. Before functions start.
    package static func enter() { DelegatedCGroup.enter() }
}
