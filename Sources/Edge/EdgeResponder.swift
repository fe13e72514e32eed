internal import Contracts
internal import Logging
internal import NIOHTTP1
internal import RPC
internal import Synchronization

/// Turns requests into calls and their outcomes into answers. It knows no socket.
final class EdgeResponder: Sendable {
  let settings: EdgeSettings
  let orders: any OrdersService
  let inventory: any InventoryService
  let logger: Logger
  private let isReady: @Sendable () -> Bool
  private let inflight = Atomic<Int>(0)
  private let draining = Atomic<Bool>(false)

  init(
    settings: EdgeSettings, orders: any OrdersService, inventory: any InventoryService,
    logger: Logger, isReady: @escaping @Sendable () -> Bool
  ) {
    self.settings = settings
    self.orders = orders
    self.inventory = inventory
    self.logger = logger
    self.isReady = isReady
  }

  /// While draining, every answer is the last of its connection.
  var isDraining: Bool { draining.load(ordering: .relaxed) }

  func startDraining() {
    draining.store(true, ordering: .relaxed)
  }

  /// Looks at a head: finds its route and makes the checks that need no body, in the order
  /// 431, 414, 404, 405, 503, 406, 415, 413, of which the first that fails answers.
  func admit(_ head: HTTPRequestHead, peer: String) -> Exchange {
    let target = RequestTarget(head.uri)
    let match = Routes.all.match(method: head.method.rawValue, path: target.path)
    var timeout = settings.timeoutDefault
    var deadlineError: InputError?
    do throws(InputError) {
      timeout =
        try TimeoutHeader.read(
          grpc: head.headers[TimeoutHeader.grpc], seconds: head.headers[TimeoutHeader.seconds])
        ?? timeout
    } catch {
      deadlineError = error
    }
    var exchange = Exchange(
      requestID: RequestID.choose(head.headers[RequestID.header]), method: head.method.rawValue,
      target: target, headers: head.headers, peer: peer, arrival: .now, match: match,
      deadline: .after(min(timeout, settings.timeoutMax)), deadlineError: deadlineError)
    exchange.refusal = refusal(exchange, targetLength: head.uri.utf8.count)
    if exchange.refusal == nil, case .operation(let operation, _, _) = match, !operation.isHealth {
      exchange.holdsPlace = takePlace()
      if !exchange.holdsPlace { exchange.refusal = .overloaded }
    }
    return exchange
  }

  /// Stands for a request whose head could not be read.
  func unread(peer: String?) -> Exchange {
    Exchange(
      requestID: RequestID.choose([]), method: "", target: RequestTarget(""), headers: [:],
      peer: peer ?? "unknown", arrival: .now, match: .none, deadline: .never, deadlineError: nil)
  }

  private func refusal(_ exchange: Exchange, targetLength: Int) -> Problem? {
    if exceedsLimits(exchange.headers) { return .headersTooLarge(settings.headerMax) }
    if targetLength > settings.targetMax { return .targetTooLong(settings.targetMax) }
    switch exchange.match {
    case .none: return .routeNotFound
    case .reserved: return .routeReserved
    case .otherMethod(let route): return .methodNotAllowed(route.allow)
    case .options: return nil
    case .operation(let operation, _, _):
      if !MediaRange.acceptsJSON(exchange.headers["Accept"]) { return .notAcceptable }
      guard exchange.hasBody else { return nil }
      if operation.takesBody {
        if !ContentType.isJSON(exchange.headers["Content-Type"]) { return .unsupportedMediaType }
        if !ContentType.isIdentity(contentEncoding: exchange.headers["Content-Encoding"]) {
          return .unsupportedEncoding
        }
      }
      if let length = exchange.contentLength, length > settings.bodyMax {
        return .bodyTooLarge(settings.bodyMax)
      }
      return nil
    }
  }

  private func exceedsLimits(_ headers: HTTPHeaders) -> Bool {
    var total = 0
    for (name, value) in headers {
      let length = name.utf8.count + value.utf8.count
      guard length <= EdgeSettings.headerFieldMax else { return true }
      total += length
    }
    return total > settings.headerMax
  }

  private func takePlace() -> Bool {
    let before = inflight.wrappingAdd(1, ordering: .relaxed).oldValue
    guard before >= settings.inflightMax else { return true }
    inflight.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  /// Must be called once for every exchange that `admit` gave a place.
  func leavePlace() {
    inflight.wrappingSubtract(1, ordering: .relaxed)
  }

  /// Answers a request that was admitted, once its body is complete.
  func respond(to exchange: Exchange, body: [UInt8]) async -> Answer {
    do throws(Problem) {
      return try await perform(exchange, body)
    } catch {
      return answer(error, to: exchange)
    }
  }

  func answer(_ problem: Problem, to exchange: Exchange) -> Answer {
    if let cause = problem.cause {
      logger.error(
        "A call failed inside a service: \(cause)", metadata: ["requestId": "\(exchange.requestID)"]
      )
    }
    return problem.answer(instance: exchange.target.path, requestID: exchange.requestID)
  }

  private func perform(_ exchange: Exchange, _ body: [UInt8]) async throws(Problem) -> Answer {
    if let refusal = exchange.refusal { throw refusal }
    switch exchange.match {
    case .none: throw .routeNotFound
    case .reserved: throw .routeReserved
    case .otherMethod(let route): throw .methodNotAllowed(route.allow)
    case .options(let route):
      var answer = Answer(status: 204)
      answer.add("Allow", route.allow)
      return answer
    case .operation(let operation, let route, let segments):
      let input = try read {
        () throws(InputError) in
        try RequestInput(exchange, operation, route.pattern, segments, body)
      }
      switch operation {
      case .checkStock: return try await checkStock(input)
      case .readStock: return try await readStock(input)
      case .adjustStock: return try await adjustStock(input)
      case .placeOrder: return try await placeOrder(input)
      case .readOrder: return try await readOrder(input)
      case .listOrders: return try await listOrders(input)
      case .cancelOrder: return try await cancelOrder(input)
      case .tellAlive: return Self.health(isUp: true)
      case .tellReady: return Self.health(isUp: !isDraining && isReady())
      }
    }
  }

  private static func health(isUp: Bool) -> Answer {
    Answer(
      status: isUp ? 200 : 503, json: Array("{\"status\":\"\(isUp ? "UP" : "DOWN")\"}".utf8))
  }
}
