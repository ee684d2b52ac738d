internal import ApusBase
internal import ApusService

/// What is told and logged when an invocation or an initialisation ends.
extension Environment {
    func finish(_ ending: EnvironmentMachine.Ending, nanoseconds: UInt64) {
        guard let invocation = self.invocation else { return }
        self.invocation = nil
        self.drain(limit: SandboxLimits.outputBytesPerTurn)
        self.log.endOutput()
        let requestID = invocation.request.requestID
        let result = InvocationResult(ending, requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds)
        if result.status == .timeout {
            self.log.platform(
                PlatformLines.timedOut(
                    requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds, at: self.runner.clock.now))
        }
        let initNanoseconds = self.unreportedInit
        self.unreportedInit = nil
        self.log.platform(PlatformLines.end(requestID: requestID))
        self.log.platform(
            PlatformLines.report(
                PlatformLines.Report(
                    requestID: requestID, nanoseconds: nanoseconds, memoryMiB: self.spec.memoryMiB,
                    peakMiB: self.gauge.peakMiB(invocationNanoseconds: nanoseconds, now: self.now),
                    initNanoseconds: initNanoseconds, status: result.status)))
        self.log.flush()
        self.runner.finished(self, result, nanoseconds: nanoseconds)
        if self.runner.isStopping, case .exited = ending {
            self.completed.append((invocation, .failure(.stopping)))
            return
        }
        let outcome = InvocationOutcome(
            payload: result.payload, functionError: result.isError ? .unhandled : nil, logTail: self.log.tailBytes,
            durationMilliseconds: Double(nanoseconds) / 1e6,
            initDurationMilliseconds: initNanoseconds.map { Double($0) / 1e6 })
        self.completed.append((invocation, .success(outcome)))
    }

    func initFailed(_ failure: EnvironmentMachine.InitFailure, nanoseconds: UInt64) {
        self.log.endOutput()
        self.runner.initFailed(self, failure, nanoseconds: nanoseconds)
        self.log.flush()
    }

    func logInitReport(_ failure: EnvironmentMachine.InitFailure, nanoseconds: UInt64) {
        let status: PlatformLines.Status =
            switch failure {
            case .timedOut: .timeout
            case .reported(_, let type): .error(type: type ?? "Runtime.Unknown")
            case .exited: .error(type: FailurePayload.exitError)
            case .notStarted: .error(type: FailurePayload.invalidEntrypoint)
            }
        self.log.platform(PlatformLines.initReport(nanoseconds: nanoseconds, phase: "init", status: status))
    }

    /// Answers an invocation that waited for this environment, which could not initialise. It has its START and REPORT all the
    /// same.
    func fail(_ invocation: Invocation, _ failure: EnvironmentMachine.InitFailure) {
        let ending: EnvironmentMachine.Ending
        switch failure {
        case .reported(let payload, _): ending = .reported(payload)
        case .exited(let status): ending = .exited(status)
        case .timedOut: ending = .timedOut
        case .notStarted(let failure):
            guard failure.cause == .program else {
                self.pool.record.activity.ended(now: self.now)
                self.completed.append((invocation, .failure(.resources(failure.sentence))))
                return
            }
            let program = self.pool.program.arguments[0]
            let sentence =
                ControlFiles.exists(program)
                ? "fork/exec \(program): \(failure.sentence)" : "Couldn't find valid bootstrap(s): [\(program)]"
            ending = .reported(FailurePayload.entrypoint(requestID: invocation.request.requestID, sentence: sentence))
        }
        self.invocation = invocation
        self.log.beginTail()
        self.log.platform(PlatformLines.start(requestID: invocation.request.requestID, version: self.spec.version))
        self.finish(ending, nanoseconds: 0)
    }
}
