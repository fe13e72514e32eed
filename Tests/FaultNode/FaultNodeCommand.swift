import ArgumentParser
import Contracts
import Inventory
import Logging
import Operations
import Orders
import Postgres
import RPC
import Synchronization
import Transport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One service as a process that tests may kill, as the program runs it but for its hurry: holds
/// are old after a moment, so that a test need not wait until everything is settled.
@main
struct FaultNodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FaultNode", abstract: "Runs one service, and dies where it is told to.")

  @Argument(help: "inventory or orders.")
  var service: String

  @Option(help: "The service's database, as libpq takes it.")
  var database: String

  @Option(help: "Where to listen on 127.0.0.1; 0 is any free port.")
  var port = 0

  @Option(help: "Address of the other service.")
  var peer: String

  @Option(help: "Milliseconds after which a hold is asked about.")
  var askAfter = 300

  @Option(help: "Orders, or holds, that may wait.")
  var waitingMax = 10_000

  @Option(help: "Where to die: a point, and at which passage, like holdBeforeSend:2.")
  var dieAt: String?

  @Option(help: "Where to stand still until SIGCONT comes, likewise.")
  var stopAt: String?

  func run() async throws {
    try arm()
    var logger = Logger(label: service)
    logger.logLevel = .critical
    var settings = ClientSettings()
    settings.backoff.initial = .milliseconds(20)
    settings.backoff.max = .milliseconds(200)
    let client = Client([peer], settings: settings, logger: logger)
    var router = Router()
    switch service {
    case "inventory":
      var own = InventorySettings()
      own.askAfter = .milliseconds(askAfter)
      own.askPause = .milliseconds(50)
      own.askTimeMax = .seconds(2)
      own.waitingMax = waitingMax
      own.executor = EventLoopExecutor()
      let node = try InventoryNode(settings: own, connectionString: database, logger: logger)
      try await node.start()
      router.register(node.handlers)
      let resolver = node.resolver(asking: RemoteOrders(client))
      Task { await resolver.run() }
    case "orders":
      var own = OrdersSettings()
      own.relayPause = .milliseconds(50)
      own.relayTimeMax = .seconds(2)
      own.waitingMax = waitingMax
      own.executor = client.executor
      let node = try OrdersNode(
        settings: own, connectionString: database, inventory: RemoteInventory(client),
        logger: logger)
      try await node.start()
      router.register(node.handlers)
    default: throw ValidationError("there is no service \(service)")
    }
    let server = Server(router: router, logger: logger)
    let bound = try await server.start(host: "127.0.0.1", port: port)
    print("ready 127.0.0.1:\(bound)")
    fflush(nil)
    let signals = SignalWatch()
    _ = await signals.first()
    await server.shutdown(within: .seconds(5))
  }

  /// As hard as a kill, since it is one, or a stop.
  private func arm() throws {
    guard let target = dieAt ?? stopAt else { return }
    #if DEBUG
      let parts = target.split(separator: ":").map(String.init)
      guard parts.count == 2, let point = FaultPoint(rawValue: parts[0]),
        let passage = Int(parts[1]), passage > 0
      else { throw ValidationError("\(target) is no point and passage") }
      let signal = dieAt == nil ? SIGSTOP : SIGKILL
      let left = Countdown(passage)
      FaultPoint.observer.withLock { observer in
        observer = { passed in
          if passed == point, left.next() == 0 { kill(getpid(), signal) }
        }
      }
    #else
      throw ValidationError("only a debug build can be told where to die")
    #endif
  }
}
