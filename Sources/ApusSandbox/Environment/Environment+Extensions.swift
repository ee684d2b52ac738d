internal import ApusBase
internal import ApusService
internal import Glibc

/// What extensions ask, as connections hand it on, and what they are told.
extension Environment {
    // MARK: What they ask

    func answer(_ call: RuntimeRequest.ExtensionCall, _ request: RuntimeRequest) -> [UInt8] {
        guard case .bytes(let body) = request.body else { return RuntimeReply.tooLarge }
        let fields = request.fields ?? RuntimeRequest.ExtensionFields()
        switch call {
        case .register: return self.register(fields, body)
        case .initError, .exitError: return self.extensionFails(fields, isInitialising: call == .initError)
        case .subscribe(let api): return self.subscribe(fields, body, api)
        case .next: return ExtensionReply.refusal(.waiting)
        }
    }

    private func register(_ fields: RuntimeRequest.ExtensionFields, _ body: [UInt8]) -> [UInt8] {
        guard let name = fields.name, !name.isEmpty, name.utf8.count <= 128 else {
            return ExtensionReply.malformed("Lambda-Extension-Name is missing")
        }
        guard let value = try? JSONValue(parsing: body), value.objectValue != nil else {
            return ExtensionReply.malformed("The body is not a JSON object")
        }
        var kinds: [ExtensionRegistry.Kind] = []
        for event in value["events"]?.arrayValue ?? [] {
            guard let kind = event.stringValue.flatMap({ ExtensionRegistry.Kind(rawValue: $0) }) else {
                return ExtensionReply.malformed("events may have INVOKE and SHUTDOWN")
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        let identifier = self.runner.entropy.uuid()
        do throws(ExtensionRegistry.Refusal) {
            _ = try self.extensions.register(
                name: name, kinds: kinds, identifier: identifier, isInitialising: self.machine.isInitialising)
        } catch {
            return ExtensionReply.refusal(error)
        }
        self.tellQuiet()
        return ExtensionReply.registered(identifier, self.spec, tellsAccount: fields.wantsAccount)
    }

    /// Nil when the extension waits for its event on the connection; otherwise the answer.
    func extensionPolls(_ identifier: String, _ connection: RuntimeConnection) -> [UInt8]? {
        let isFirst = !self.announced.contains(identifier)
        do throws(ExtensionRegistry.Refusal) { try self.extensions.next(identifier) } catch {
            return ExtensionReply.refusal(error)
        }
        self.extensionWaits[identifier] = connection
        if isFirst, let member = self.extensions.member(identifier) {
            self.announced.insert(identifier)
            self.log.platform(
                .extension(name: member.name, state: "Ready", events: member.kinds.map(\.rawValue), errorType: nil))
        }
        self.tellQuiet()
        return nil
    }

    func extensionLost(_ identifier: String, _ connection: RuntimeConnection) {
        guard self.extensionWaits[identifier] === connection else { return }
        self.extensionWaits[identifier] = nil
        self.extensions.lost(identifier)
        self.tellQuiet()
    }

    private func extensionFails(_ fields: RuntimeRequest.ExtensionFields, isInitialising: Bool) -> [UInt8] {
        guard let member = self.extensions.member(fields.identifier ?? "") else {
            return ExtensionReply.refusal(.unknownIdentifier)
        }
        guard let type = fields.errorType, !type.isEmpty else {
            return ExtensionReply.malformed("Lambda-Extension-Function-Error-Type is missing")
        }
        self.extensionFailed(member.name, state: isInitialising ? "InitError" : "ExitError", type: type)
        return ExtensionReply.accepted
    }

    private func subscribe(
        _ fields: RuntimeRequest.ExtensionFields, _ body: [UInt8], _ api: TelemetrySubscription.API
    ) -> [UInt8] {
        guard let member = self.extensions.member(fields.identifier ?? "") else {
            return ExtensionReply.refusal(.unknownIdentifier)
        }
        guard self.machine.isInitialising else { return ExtensionReply.refusal(.initialisationIsOver) }
        let subscription: TelemetrySubscription
        do throws(TelemetrySubscription.Refusal) {
            subscription = try TelemetrySubscription(body, api: api)
        } catch {
            return ExtensionReply.invalid(error.sentence, api)
        }
        let hub = self.log.telemetry ?? self.openTelemetry()
        if let other = hub.api(of: member.identifier), other != api {
            return ExtensionReply.invalid("The extension has subscribed with the other API", api)
        }
        hub.subscribe(member.identifier, subscription)
        let types = TelemetrySubscription.Stream.allCases.filter { subscription.streams.contains($0) }
        self.log.platform(.subscription(api, name: member.name, types: types.map(\.rawValue)))
        return ExtensionReply.subscribed
    }

    @discardableResult func openTelemetry() -> TelemetryHub {
        let hub = TelemetryHub(
            logging: self.spec.logging, eventLoop: self.runner.eventLoop, clock: self.runner.clock)
        hub.user = self.confinement?.user
        hub.network = self.network
        self.log.telemetry = hub
        return hub
    }

    // MARK: What they are told

    /// The state machine waits for extensions; what that makes it do follows.
    private func tellQuiet() { self.perform(self.machine.extensions(areQuiet: self.extensions.isQuiet, now: self.now)) }

    /// An event has come: those who want it hear of it beside the runtime.
    func tellExtensions(_ request: InvocationRequest, deadline: Timestamp) {
        for identifier in self.extensions.deliver(.invoke) {
            let event = ExtensionReply.invoke(request, deadline: deadline, identifier: self.runner.entropy.uuid())
            self.extensionWaits.removeValue(forKey: identifier)?.deliver(extensionEvent: event)
        }
        // Whoever asks for its next event tells again.
        _ = self.machine.extensions(areQuiet: self.extensions.isQuiet, now: self.now)
    }

    func shutDownExtensions(_ reason: EnvironmentMachine.ShutdownReason) {
        let deadline = self.runner.clock.now + Int64(self.runner.settings.shutdownNanoseconds / 1_000_000)
        self.log.telemetry?.flush()
        for identifier in self.extensions.deliver(.shutdown) {
            let event = ExtensionReply.shutdown(reason, deadline: deadline, identifier: self.runner.entropy.uuid())
            self.extensionWaits.removeValue(forKey: identifier)?.deliver(extensionEvent: event)
        }
        self.pump()
        if self.extensions.isShutDown { self.perform(self.machine.shutdownDone(now: self.now)) }
    }

    // MARK: What their starter tells

    func heed(_ notices: [StarterNotice]) {
        for notice in notices {
            switch notice {
            case .output: break
            case .runtimeExited(let status): self.perform(self.machine.runtimeExited(status, now: self.now))
            case .extensionExited(let name, _): self.extensionExited(name)
            }
        }
    }

    private func extensionExited(_ name: String) {
        self.extensions.exited(name)
        switch self.machine.state {
        case .ending:
            if self.extensions.isShutDown { self.perform(self.machine.shutdownDone(now: self.now)) }
        case .ended: break
        default: self.extensionFailed(name, state: "Exited", type: "Extension.Crash")
        }
    }

    private func extensionFailed(_ name: String, state: String, type: String) {
        self.log.platform(.extension(name: name, state: state, events: [], errorType: type))
        let payload = FailurePayload.extensionError(
            requestID: self.invocation?.request.requestID, type: type, name: name)
        self.perform(self.machine.extensionFailed(payload, type: type, now: self.now))
    }
}
