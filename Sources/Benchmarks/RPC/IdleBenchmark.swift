import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// What a connection costs a server that has nothing to do with it.
struct IdleBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle",
    abstract: "Resident memory of a server per idle connection.",
    discussion: """
      Opens connections that greet as HTTP/2 clients do and then say nothing, and compares the \
      server's resident memory before and after. Both sides need as many open files as there are \
      connections (ulimit -n).
      """)

  @Option(help: "Connections.")
  var connections = 10_000

  @Option(help: "Fail when a connection takes more KiB than this.")
  var kibibytesMax = 32.0

  func validate() throws {
    guard (1...60_000).contains(connections) else {
      throw ValidationError("--connections is 1 to 60000")
    }
  }

  func run() async throws {
    let server = try PinnedProcess([CommandLine.arguments[0], "serve"])
    defer { server.stop() }
    guard let port = Int(try server.nextLine().dropFirst("port ".count)) else {
      throw BenchFailure("the server did not start")
    }
    // What the first connections make the process set up is no cost of the later ones.
    var held = try await open(50, port: port)
    let before = try server.residentBytes()
    held += try await open(connections, port: port)
    let after = try server.residentBytes()
    let open = held.count(where: \.isActive)
    for channel in held { channel.close(promise: nil) }
    guard open == connections + 50 else {
      throw BenchFailure("only \(open) of \(connections + 50) connections stayed open")
    }
    let verdict = Verdict(
      "KiB per idle connection", Double(after - before) / 1024 / Double(connections),
      .atMost(kibibytesMax))
    print("\(connections) connections, \(before >> 20) MiB before, \(after >> 20) MiB after")
    print(verdict)
    if !verdict.isMet { throw ExitCode(3) }
  }

  /// Each has read the server's SETTINGS when this returns.
  private func open(_ count: Int, port: Int) async throws -> [any Channel] {
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
    var channels: [any Channel] = []
    for start in stride(from: 0, to: count, by: 100) {
      let part = try await withThrowingTaskGroup(of: (any Channel).self) { group in
        for _ in start..<min(start + 100, count) {
          group.addTask {
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            let greeted = bootstrap.channelInitializer { channel in
              channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FirstRead(channel.eventLoop))
              }
            }
            let channel = try await greeted.connect(host: "127.0.0.1", port: port).get()
            let hello = ByteBuffer(bytes: preface + settings + acknowledgement)
            try await channel.writeAndFlush(hello).get()
            let first = try await channel.pipeline.handler(type: FirstRead.self).map(\.done).get()
            try await first.get()
            return channel
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      channels += part
    }
    return channels
  }

  /// Tells when the server has said something.
  private final class FirstRead: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    private var promise: EventLoopPromise<Void>?
    let done: EventLoopFuture<Void>

    init(_ eventLoop: any EventLoop) {
      let promise = eventLoop.makePromise(of: Void.self)
      self.promise = promise
      done = promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      promise?.succeed()
      promise = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
      promise?.fail(ChannelError.eof)
      promise = nil
    }
  }
}
