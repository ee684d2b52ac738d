internal import ApusService
internal import Glibc

/// An environment whose process was started before its function was known.
extension Environment {
    /// From its beginning the process is this environment's: signals reach it, and its end is the environment's.
    func adopt(_ process: WaitingProcess) {
        self.waiting = process
        process.environment = self
        self.process = process.id
        self.reader = process.reader
        self.network = process.network
        self.launched = true
    }

    /// Adds the function's code to the root of the process; then it gets its variables.
    func assign(_ process: WaitingProcess, port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials)
    {
        guard self.isWanted else { return self.signal(SIGKILL) }
        let variables = self.variables(port: port, confinement, credentials)
        self.assignment = variables
        self.startAgain = { self.startAlone(port: port, confinement, credentials) }
        self.pump()
        guard let nest = confinement.nest else { return self.handOver() }
        let added = Nest(place: nest.place, mounts: NestPlan.own(self.spec))
        guard let command = LaunchCommand.mount(added, environment: process.id) else { return self.signal(SIGKILL) }
        self.runner.launcher.send(command)
    }

    /// Its root is complete: from here on it is like any other.
    func handOver() {
        guard let process = self.waiting, let variables = self.assignment else { return }
        self.assignment = nil
        self.openNetwork()
        // Where that failed it is not a function's yet.
        guard process.assign(variables: variables) == 0 else { return self.signal(SIGKILL) }
        self.startAgain = nil
        self.waiting = nil
    }

    /// It ended before it was the function's: the environment has one of its own started, in the same slot.
    private func startAlone(port: Int, _ confinement: Confinement, _ credentials: EnvironmentCredentials) {
        self.startAgain = nil
        self.waiting = nil
        self.assignment = nil
        self.launched = false
        self.process = self.id
        self.network?.close()
        self.network = nil
        var whole = confinement
        do {
            whole.nest = try self.runner.setup.preparation.nest(slot: self.slot, spec: self.spec)
        } catch {
            return self.startFailed(StartFailure(cause: .machine, sentence: error.sentence))
        }
        self.launch(port: port, whole, credentials, door: nil)
    }
}
