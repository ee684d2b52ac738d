internal import ApusService
internal import CApusSandbox
internal import Glibc
internal import Synchronization

/// Makes what a slot's environment needs before its process can be started, and clears it afterwards. Blocking; runs on the
/// preparing thread.
struct SlotPreparation: Sendable {
    /// User ids for environments lie where nobody else has any (systemd lists 1879048192–2147483647 as unused).
    private static let firstUser: UInt32 = 1_900_000_000
    private static let usersPerBlock: UInt32 = 4096

    /// Runners this process has made.
    private static let runners = Atomic<Int>(0)

    let directory: String
    let cgroups: CGroups?
    /// The first of this server's user ids; nil when environments run as the server's own user.
    let firstUser: UInt32?
    /// Held open as long as the server lives: the claim on the block of user ids.
    private let claim: Int32?
    let findings: [String]
    /// Set where environments run in namespaces.
    var plan: NestPlan?

    /// Looks at what this process may do, and cleans up after servers that were killed.
    init(configuration: SandboxConfiguration) {
        self.directory = configuration.directory + "/environments"
        var findings: [String] = []
        _ = ControlFiles.makeDirectories(self.directory, mode: 0o711)
        for name in ControlFiles.list(self.directory) { apus_empty_directory("\(self.directory)/\(name)") }
        var claimed: (first: UInt32, claim: Int32)?
        if configuration.users == .whenPermitted, geteuid() == 0 { claimed = Self.claimUsers() }
        self.firstUser = claimed?.first
        self.claim = claimed?.claim
        switch (claimed, geteuid()) {
        case (.some(let claimed), _):
            findings.append("users: each environment has its own, from \(claimed.first)")
            if let closed = ReachableDirectory.firstClosed(parentsOf: self.directory + "/x") {
                findings.append("\(closed) is closed to other users: environments cannot reach their files (chmod o+x)")
            }
        case (nil, 0): findings.append("users: environments run as root, since user ids are switched off or all taken")
        case (nil, let user):
            findings.append("users: environments run as the server's own user \(user), who is not root")
        }
        if configuration.limits == .whenPermitted {
            let layout = CGroupLayout(
                mountinfo: ControlFiles.read("/proc/self/mountinfo") ?? "",
                cgroup: ControlFiles.read("/proc/self/cgroup") ?? "")
            CGroups.removeStale(layout: layout)
            let number = Self.runners.add(1, ordering: .relaxed).newValue
            let cgroups = CGroups(layout: layout, name: CGroups.name(runner: number))
            findings += cgroups.findings
            self.cgroups = cgroups
        } else {
            findings.append("cgroups: switched off")
            self.cgroups = nil
        }
        self.findings = findings
    }

    private static func claimUsers() -> (first: UInt32, claim: Int32)? {
        for block in 0..<UInt32(1024) {
            let claim = apus_claim_user_block(block)
            if claim >= 0 { return (Self.firstUser + block * Self.usersPerBlock, claim) }
        }
        return nil
    }

    /// The users that environments of so many slots run as.
    func users(slots: Int) -> Range<UInt32> {
        guard let first = self.firstUser else { return geteuid()..<geteuid() + 1 }
        return first..<first + UInt32(slots)
    }

    /// Makes the slot's private directory and cgroup, and says what its root is.
    func prepare(slot: Int, spec: EnvironmentSpec) throws(StartFailureError) -> Confinement {
        var confinement = try self.prepare(slot: slot, memoryMiB: spec.memoryMiB, ephemeralMiB: spec.ephemeralMiB)
        confinement.nest = try self.nest(slot: slot, spec: spec)
        return confinement
    }

    /// The same for a function that is not known yet: there is no code in its root.
    func prepare(slot: Int, memoryMiB: Int, ephemeralMiB: Int) throws(StartFailureError) -> Confinement {
        let place = "\(self.directory)/\(slot)"
        let temporary = "\(place)/tmp"
        let user = self.firstUser.map { $0 + UInt32(slot) }
        guard ControlFiles.makeDirectory(place, mode: 0o711), ControlFiles.makeDirectory(temporary, mode: 0o700) else {
            throw StartFailureError(sentence: "\(temporary) could not be made: \(ErrorText.describe(errno))")
        }
        if let user, chown(temporary, user, user) != 0 {
            throw StartFailureError(sentence: "\(temporary) could not be given away: \(ErrorText.describe(errno))")
        }
        var cgroup = self.cgroups?.prepare(slot: slot, memoryMiB: memoryMiB)
        if let placement = cgroup { cgroup?.earlierKills = placement.kills }
        var confinement = Confinement(user: user, temporaryDirectory: temporary, cgroup: cgroup, memoryMiB: memoryMiB)
        if let plan = self.plan {
            let root = self.root(slot: slot)
            guard ControlFiles.makeDirectory(root, mode: 0o700) else {
                throw StartFailureError(sentence: "\(root) could not be made: \(ErrorText.describe(errno))")
            }
            confinement.nest = plan.nest(place: root, ephemeralMiB: ephemeralMiB)
        }
        return confinement
    }

    /// The root of a slot that has been prepared, with the function's code; nil without namespaces.
    func nest(slot: Int, spec: EnvironmentSpec) throws(StartFailureError) -> Nest? {
        try self.plan?.nest(place: self.root(slot: slot), spec: spec)
    }

    private func root(slot: Int) -> String { "\(self.directory)/\(slot)/root" }

    /// Empties the slot's private directory; all its processes have ended.
    func clear(slot: Int) { apus_empty_directory("\(self.directory)/\(slot)") }

    /// Gives everything back. No environment may be left.
    func end() {
        self.cgroups?.remove()
        if let claim = self.claim { close(claim) }
    }
}

/// What went wrong while a slot was prepared.
struct StartFailureError: Error, CustomStringConvertible {
    var sentence: String
    var description: String { self.sentence }
}
