import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// usage: EchoServer [event loops]   Listens on a free loopback port and prints it.
let loops = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? System.coreCount
let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
let channel = try ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 1024)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            try channel.pipeline.syncOperations.addHandler(EchoHandler())
        }
    }
    .bind(host: "127.0.0.1", port: 0)
    .wait()
// Not with `print`, which keeps what goes to a pipe until there is more of it.
let line = Array("http://127.0.0.1:\(channel.localAddress!.port!)\n".utf8)
_ = write(STDOUT_FILENO, line, line.count)
try channel.closeFuture.wait()
