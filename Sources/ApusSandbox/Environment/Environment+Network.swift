internal import Glibc
internal import NIOCore
internal import NIOPosix

/// An environment whose network is its own: the server serves what listens inside.
extension Environment {
    /// Takes over the sockets that were made with the environment. Whoever has connected already waits in their queues.
    func openNetwork() {
        guard let network = self.network else { return }
        let isServed = self.runner.serve(network) { self.serveRuntimeAPI($0, network) }
        if !isServed { self.networkFailed("the sockets of its network did not come") }
    }

    private func serveRuntimeAPI(_ descriptor: Int32, _ network: EnvironmentNetwork) {
        ServerBootstrap(group: self.runner.eventLoop)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
            .withBoundSocket(descriptor)
            .hop(to: self.runner.eventLoop)
            .whenComplete { result in
                switch result {
                case .success(let channel): network.onClose { channel.close(promise: nil) }
                case .failure(let error): self.networkFailed("its Runtime API could not be served: \(error)")
                }
            }
    }

    /// It has begun already: it is ended, and what waits for it hears why.
    private func networkFailed(_ sentence: String) {
        self.launchEvent(.failed(StartFailure(cause: .machine, sentence: sentence)))
        self.perform([.kill])
    }
}

extension RunnerLoop {
    /// Serves the sockets that were made inside a network. False where they did not come. `serveRuntimeAPI` owns the one for that.
    @discardableResult func serve(_ network: EnvironmentNetwork, serveRuntimeAPI: (Int32) -> Void) -> Bool {
        guard let sockets = network.takeSockets() else { return false }
        for (purpose, descriptor) in sockets {
            switch purpose {
            case .runtimeAPI: serveRuntimeAPI(descriptor)
            case .endpoint:
                guard let open = self.configuration.openEndpoint else {
                    close(descriptor)
                    break
                }
                network.onClose(open(descriptor))
            case .names, .longNames, .outside:
                guard let relay = self.relay else {
                    close(descriptor)
                    break
                }
                let end: @Sendable () -> Void
                switch purpose {
                case .names: end = relay.answerNames(descriptor)
                case .longNames: end = relay.carry(descriptor, to: .nameserver)
                default: end = relay.carry(descriptor, to: .meant)
                }
                network.onClose(end)
            }
        }
        return true
    }
}
