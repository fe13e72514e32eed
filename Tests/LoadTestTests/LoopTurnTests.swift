import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LoadTest

@Suite struct LoopTurnTests {
  /// Turns that follow one another at once, until something was read or there were far too many.
  private final class Spinner: Sendable {
    let turns = Atomic<Int>(0)
    let hasRead = Atomic<Bool>(false)
    let turn = Mutex<LoopTurn?>(nil)
    let isOver: EventLoopPromise<Void>

    init(_ loop: any EventLoop) { isOver = loop.makePromise() }

    func spin() {
      let count = turns.wrappingAdd(1, ordering: .relaxed).newValue
      if hasRead.load(ordering: .relaxed) || count >= 10_000_000 { return isOver.succeed() }
      turn.withLock { $0 }?.ask()
    }
  }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    let spinner: Spinner

    init(_ spinner: Spinner) { self.spinner = spinner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      spinner.hasRead.store(true, ordering: .relaxed)
    }
  }

  @Test func `turns without an end do not keep the loop from its sockets`() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let spinner = Spinner(loop)
    let server = try await ServerBootstrap(group: loop)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Reader(spinner))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let turn = try await LoopTurn.open(on: loop) { spinner.spin() }.get()
    spinner.turn.withLock { $0 = turn }
    loop.execute { turn.ask() }
    // From another loop, while the first one turns.
    let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(to: try #require(server.localAddress)).get()
    try await client.writeAndFlush(ByteBuffer(string: "x"))
    try await spinner.isOver.futureResult.get()
    let hasRead = spinner.hasRead.load(ordering: .relaxed)
    #expect(hasRead)
    try await client.close().get()
    try await loop.submit { turn.close() }.get()
    try await server.close().get()
    try await group.shutdownGracefully()
  }

  /// Counts turns, and tells of each by a promise of its own.
  private final class Counter: Sendable {
    private let state: Mutex<(count: Int, next: EventLoopPromise<Void>)>
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
      self.loop = loop
      state = Mutex((0, loop.makePromise()))
    }

    var count: Int { state.withLock { $0.count } }
    var next: EventLoopFuture<Void> { state.withLock { $0.next.futureResult } }

    func add() {
      let promise = state.withLock { state in
        state.count += 1
        defer { state.next = loop.makePromise() }
        return state.next
      }
      promise.succeed()
    }

    func abandon() { state.withLock { $0.next }.succeed() }
  }

  @Test func `a turn that is asked for twice comes once, and none after it was closed`()
    async throws
  {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let counter = Counter(loop)
    let turn = try await LoopTurn.open(on: loop) { counter.add() }.get()
    let first = counter.next
    try await loop.submit {
      turn.ask()
      turn.ask()
    }.get()
    try await first.get()
    let second = counter.next
    try await loop.submit { turn.ask() }.get()
    try await second.get()
    #expect(counter.count == 2)
    try await loop.submit {
      turn.close()
      turn.ask()
    }.get()
    counter.abandon()
    try await group.shutdownGracefully()
    #expect(counter.count == 2)
  }
}
