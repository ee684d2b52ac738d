/// The extensions of one environment, without I/O: who was started, who has registered for what, and who has work to do.
///
/// External extensions are programs that are started with the environment; internal ones are part of the runtime's process.
/// Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
package struct ExtensionRegistry: Sendable {
    package enum Kind: String, CaseIterable, Sendable { case invoke = "INVOKE", shutdown = "SHUTDOWN" }
    /// Why a request is refused.
    package enum Refusal: Error, Equatable, Sendable {
        case unknownIdentifier, tooMany, registered, initialisationIsOver, shutdownOfInternal, waiting
    }

    package struct Member: Equatable, Sendable {
        package enum Phase: Equatable, Sendable {
            /// It has not asked for an event, or has one and is at work.
            case working
            /// It waits for an event.
            case waiting
        }
        package var identifier: String
        package var name: String
        package var kinds: [Kind]
        package var isExternal: Bool
        package var phase: Phase
    }

    /// "You can use up to 10 extensions" (Lambda developer guide).
    package static let limit = 10

    package private(set) var members: [Member] = []
    /// External ones that run and have not registered.
    private var unregistered: Set<String>
    /// External ones that have not ended.
    private var running: Set<String>

    package init(launched names: [String]) {
        self.unregistered = Set(names)
        self.running = Set(names)
    }

    package var hasExternal: Bool { !self.running.isEmpty }

    /// Whether nobody has anything to do but to wait: then an event may come.
    package var isQuiet: Bool {
        self.unregistered.isEmpty && self.members.allSatisfy { $0.phase == .waiting }
    }

    package func member(_ identifier: String) -> Member? { self.members.first { $0.identifier == identifier } }

    package mutating func register(
        name: String, kinds: [Kind], identifier: String, isInitialising: Bool
    ) throws(Refusal) -> Member {
        guard isInitialising else { throw .initialisationIsOver }
        guard !self.members.contains(where: { $0.name == name }) else { throw .registered }
        guard self.members.count < Self.limit else { throw .tooMany }
        let isExternal = self.running.contains(name)
        guard isExternal || !kinds.contains(.shutdown) else { throw .shutdownOfInternal }
        let member = Member(
            identifier: identifier, name: name, kinds: kinds, isExternal: isExternal, phase: .working)
        self.members.append(member)
        self.unregistered.remove(name)
        return member
    }

    /// It has done its work and asks for the next event.
    package mutating func next(_ identifier: String) throws(Refusal) {
        let index = try self.index(identifier)
        guard self.members[index].phase == .working else { throw .waiting }
        self.members[index].phase = .waiting
    }

    /// The connection on which it waited has closed: it must ask again.
    package mutating func lost(_ identifier: String) {
        if let index = self.members.firstIndex(where: { $0.identifier == identifier }) {
            self.members[index].phase = .working
        }
    }

    /// Those who wait and want such an event; they are at work then.
    package mutating func deliver(_ kind: Kind) -> [String] {
        var taken: [String] = []
        for index in self.members.indices where self.members[index].phase == .waiting {
            guard self.members[index].kinds.contains(kind) else { continue }
            self.members[index].phase = .working
            taken.append(self.members[index].identifier)
        }
        return taken
    }

    /// An external extension's process has ended.
    package mutating func exited(_ name: String) {
        self.running.remove(name)
        self.unregistered.remove(name)
        self.members.removeAll { $0.name == name && $0.isExternal }
    }

    /// Whether all who may clean up before the environment goes have ended.
    package var isShutDown: Bool { !self.members.contains { $0.isExternal && $0.kinds.contains(.shutdown) } }

    private func index(_ identifier: String) throws(Refusal) -> Int {
        guard let index = self.members.firstIndex(where: { $0.identifier == identifier }) else {
            throw .unknownIdentifier
        }
        return index
    }
}
