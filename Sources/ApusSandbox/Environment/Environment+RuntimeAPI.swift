/// What a runtime client asks, as its connections hand it on.
extension Environment {
    /// False when a poll does not fit the state.
    func poll(_ connection: RuntimeConnection, _ request: RuntimeRequest) -> Bool {
        let before = self.waitingConnection
        self.runtimeGivesBack = request.givesBack
        if before == nil { self.waitingConnection = connection }
        do {
            self.perform(try self.machine.poll(now: self.now))
            return true
        } catch {
            if before == nil { self.waitingConnection = nil }
            return false
        }
    }

    /// Counts what connections hold of incomplete requests. False when it is more than an environment may.
    func holds(_ change: Int) -> Bool {
        self.heldBytes += change
        return self.heldBytes <= SandboxLimits.heldBytesPerEnvironment
    }

    func pollLost(_ connection: RuntimeConnection) {
        guard self.waitingConnection === connection else { return }
        self.waitingConnection = nil
        self.machine.pollLost()
        self.arm()
    }

    func response(_ body: RuntimeRequest.Body, requestID: String) -> [UInt8] {
        switch body {
        case .bytes(let bytes): self.answer(.answered(bytes), requestID, reply: RuntimeReply.accepted)
        case .tooLarge(let announced):
            self.answer(.responseTooLarge(bytes: announced), requestID, reply: RuntimeReply.tooLarge)
        }
    }

    func error(_ body: RuntimeRequest.Body, requestID: String) -> [UInt8] {
        switch body {
        case .bytes(let bytes): self.answer(.reported(bytes), requestID, reply: RuntimeReply.accepted)
        case .tooLarge(let announced):
            self.answer(.responseTooLarge(bytes: announced), requestID, reply: RuntimeReply.tooLarge)
        }
    }

    private func answer(_ ending: EnvironmentMachine.Ending, _ requestID: String, reply: [UInt8]) -> [UInt8] {
        do throws(EnvironmentMachine.Refusal) {
            try self.machine.answer(ending, requestID: requestID)
            return reply
        } catch {
            return RuntimeReply.refusal(error)
        }
    }

    func initError(_ body: RuntimeRequest.Body, type: String?) -> [UInt8] {
        guard case .bytes(let bytes) = body else { return RuntimeReply.tooLarge }
        do {
            // What it printed before belongs to its initialisation.
            self.drain(limit: SandboxLimits.outputBytesPerTurn)
            self.perform(try self.machine.initError(bytes, type: type, now: self.now))
            return RuntimeReply.accepted
        } catch {
            return RuntimeReply.invalidStateTransition("initialisation is over")
        }
    }
}
