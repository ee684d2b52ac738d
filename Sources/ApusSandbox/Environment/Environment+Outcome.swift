internal import ApusBase
internal import ApusService
internal import Glibc

/// What is told and logged when an invocation or an initialisation ends.
extension Environment {
    func logStart(of invocation: Invocation) {
        self.log.platform(
            .start(
                requestID: invocation.request.requestID, version: self.spec.version, tenant: self.pool.key.tenant))
    }

    func finish(_ ending: EnvironmentMachine.Ending, nanoseconds: UInt64) {
        guard let invocation = self.invocation else { return }
        self.invocation = nil
        let streamed = self.streamed.take()
        self.drain(limit: SandboxLimits.outputBytesPerTurn)
        self.log.endOutput()
        let requestID = invocation.request.requestID
        var result = InvocationResult(ending, requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds)
        if self.isOutOfMemory(ending) { result.status = .error(type: FailurePayload.outOfMemory) }
        if let since = self.initialisingSince, self.initialization.phase == .invoking {
            self.logInit(result.initStatus(ending), nanoseconds: self.now &- since)
        }
        if result.status == .timeout {
            self.log.platform(.timedOut(requestID: requestID, timeoutSeconds: self.spec.timeoutSeconds))
        }
        let initNanoseconds = self.unreportedInit
        self.unreportedInit = nil
        self.log.platform(
            .runtimeDone(
                requestID: requestID, nanoseconds: nanoseconds, producedBytes: streamed?.count ?? result.payload.count,
                result.status, tenant: self.pool.key.tenant))
        self.log.platform(
            .report(
                PlatformLines.Report(
                    requestID: requestID, nanoseconds: nanoseconds, memoryMiB: self.spec.memoryMiB,
                    peakMiB: self.gauge.peakMiB(invocationNanoseconds: nanoseconds, now: self.now),
                    initNanoseconds: self.snapshot == nil ? initNanoseconds : nil,
                    restoreNanoseconds: self.snapshot == nil ? nil : initNanoseconds, status: result.status,
                    tenant: self.pool.key.tenant)))
        self.log.flush()
        self.runner.finished(self, result, nanoseconds: nanoseconds)
        if self.runner.isStopping, case .exited = ending {
            self.completed.append((invocation, .failure(.stopping)))
            return
        }
        var outcome = InvocationOutcome(
            payload: result.payload, functionError: result.isError ? .unhandled : nil, logTail: self.log.tailBytes,
            durationMilliseconds: Double(nanoseconds) / 1e6,
            initDurationMilliseconds: self.snapshot == nil ? initNanoseconds.map { Double($0) / 1e6 } : nil)
        outcome.contentType = streamed?.contentType
        self.completed.append((invocation, .success(outcome)))
    }

    /// Whether the kernel ended it because its memory was used up.
    private func isOutOfMemory(_ ending: EnvironmentMachine.Ending) -> Bool {
        guard case .exited(.signal(SIGKILL)) = ending, let cgroup = self.confinement?.cgroup else { return false }
        return cgroup.kills > cgroup.earlierKills
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
        self.logInit(status, nanoseconds: nanoseconds)
    }

    func logInit(_ status: PlatformLines.Status, nanoseconds: UInt64) {
        self.initialisingSince = nil
        if self.snapshot != nil {
            self.log.platform(.restoreRuntimeDone(status))
            self.log.platform(.restoreReport(nanoseconds: nanoseconds, status))
            return
        }
        self.log.platform(.initRuntimeDone(self.initialization, status))
        self.log.platform(.initReport(self.initialization, nanoseconds: nanoseconds, status))
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
            guard let found = self.entrypointEnding(failure, requestID: invocation.request.requestID) else {
                self.pool.record.activity.ended(now: self.now)
                self.completed.append((invocation, .failure(.resources(failure.sentence))))
                return
            }
            ending = found
        }
        self.invocation = invocation
        self.log.beginTail()
        self.logStart(of: invocation)
        self.finish(ending, nanoseconds: 0)
    }

    /// What an invocation gets whose program cannot be executed; nil where it is the machine that cannot.
    func entrypointEnding(_ failure: StartFailure, requestID: String) -> EnvironmentMachine.Ending? {
        // Of an image, whose working directory is its author's; a package's is the server's.
        if failure.cause == .directory, let directory = self.spec.image?.workingDirectory {
            return .reported(
                FailurePayload.workingDirectory(
                    requestID: requestID, sentence: "chdir \(directory): \(failure.reason)"))
        }
        guard failure.cause == .program else { return nil }
        let program = self.pool.program.arguments[0]
        let sentence =
            self.spec.image != nil
                || ControlFiles.exists(self.spec.host(program, under: self.runner.setup.isolation))
            ? "fork/exec \(program): \(failure.sentence)" : "Couldn't find valid bootstrap(s): [\(program)]"
        return .reported(FailurePayload.entrypoint(requestID: requestID, sentence: sentence))
    }
}
