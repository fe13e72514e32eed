import Contracts
import Logging
import Synchronization

@testable import Edge

/// A running edge before services in memory, and a client for it.
struct Fixture {
  let port: Int
  let inventory: MemoryInventory
  let orders: MemoryOrders
  let observer: RecordingObserver
  let log: RecordingLog
  let server: EdgeServer

  /// 2026-01-02T03:04:05.000006Z
  static let time: Timestamp = {
    var time = Timestamp()
    time.seconds = 1_767_323_045
    time.nanos = 6_999
    return time
  }()

  static let order = #"{"customerId":"c-1","currency":"EUR","lines":[{"sku":"A","quantity":2}]}"#

  @discardableResult
  static func run<Result>(
    orders: MemoryOrders = MemoryOrders(), inventory: MemoryInventory = MemoryInventory(),
    _ change: (inout EdgeSettings) -> Void = { _ in },
    isReady: @escaping @Sendable () -> Bool = { true },
    _ body: (Fixture) async throws -> Result
  ) async throws -> Result {
    var settings = EdgeSettings()
    settings.port = 0
    change(&settings)
    let observer = RecordingObserver()
    let log = RecordingLog()
    let server = EdgeServer(
      settings: settings, orders: orders, inventory: inventory,
      logger: Logger(label: "edge", factory: { _ in log }), observer: observer, isReady: isReady)
    let port = try await server.start()
    let fixture = Fixture(
      port: port, inventory: inventory, orders: orders, observer: observer, log: log,
      server: server)
    do {
      let result = try await body(fixture)
      await server.shutdown(within: .seconds(5))
      return result
    } catch {
      await server.shutdown(within: .seconds(5))
      throw error
    }
  }

  /// One request on a connection of its own.
  func ask(
    _ method: String, _ target: String, headers: [String] = [], body: String? = nil
  ) async throws -> RawConnection.Reply {
    try await RawConnection.open(port) { connection in
      try await connection.send(Self.request(method, target, headers: headers, body: body))
      return try await connection.receive(isHead: method == "HEAD")
    }
  }

  /// POST of JSON, as a good client sends it.
  func post(
    _ target: String, _ body: String, headers: [String] = []
  ) async throws -> RawConnection.Reply {
    try await ask(
      "POST", target, headers: ["Content-Type: application/json"] + headers, body: body)
  }

  static func request(
    _ method: String, _ target: String, headers: [String] = [], body: String? = nil
  ) -> String {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: edge"] + headers
    if let body { lines.append("Content-Length: \(body.utf8.count)") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
  }
}

final class RecordingObserver: EdgeObserver {
  private let exchanges = Mutex<[EdgeExchange]>([])

  func exchangeEnded(_ exchange: EdgeExchange) {
    exchanges.withLock { $0.append(exchange) }
  }

  var all: [EdgeExchange] { exchanges.withLock { $0 } }
}

/// A log handler that keeps its lines where all its copies find them.
struct RecordingLog: LogHandler {
  private final class Lines: Sendable {
    let kept = Mutex<[String]>([])
  }

  private let store = Lines()
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  var lines: [String] { store.kept.withLock { $0 } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
    store.kept.withLock {
      $0.append("\(event.level) \(event.message) \(fields.joined(separator: " "))")
    }
  }
}
