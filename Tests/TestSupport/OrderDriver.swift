public import Contracts
internal import RPC
internal import Synchronization

/// Places seeded orders, as callers with patience would: each request is written down before it is
/// sent, is sent again with its key until it is answered for good, to the next service each time,
/// and every answer is written down.
///
/// What goes wrong meanwhile is up to the test. It is told after each answer how many there were,
/// so that its faults strike after the same number of answers whenever a seed is run again.
public struct OrderDriver: Sendable {
  public let seed: UInt64
  public let services: [any OrdersService]
  public let skus: [String]
  public var requests = 600
  public var inFlight = 24
  /// Keys that are sent with two bodies, out of ten.
  public var rivals = 0
  /// Orders that are cancelled once they are placed, out of ten.
  public var cancels = 0
  /// Orders that are asked for once more after they were placed, out of ten.
  public var repeats = 0
  /// Times the same request is on its way at once.
  public var copies = 1
  public var quantityMax: Int64 = 3
  /// What one try may take; nil leaves it to the service.
  public var callTimeMax: Duration?
  /// Before the next try when nobody answered; services that are being started again refuse fast.
  public var pause: Duration = .milliseconds(20)
  public var triesMax = 400
  /// Called with the number of answers so far.
  public var afterAnswer: @Sendable (Int) async throws -> Void = { _ in }

  public struct Result: Sendable {
    public var placed = 0
    /// Out of stock, or the key names another body, or is spent.
    public var refused = 0
    public var cancelled = 0
    /// Neither an order nor a refusal for good, after every try.
    public var open = 0
    public var tries = 0
    public var reasons: [String: Int] = [:]

    public init() {}

    mutating func add(_ other: Result) {
      placed += other.placed
      refused += other.refused
      cancelled += other.cancelled
      open += other.open
      tries += other.tries
      reasons.merge(other.reasons) { $0 + $1 }
    }
  }

  public init(seed: UInt64, services: [any OrdersService], skus: [String]) {
    self.seed = seed
    self.services = services
    self.skus = skus
  }

  /// What ends the tries of a request.
  private static let definite: Set = [
    "OUT_OF_STOCK", "SKU_UNKNOWN", "CURRENCY_MISMATCH", "REQUEST_ID_REUSED", "ORDER_ABORTED",
  ]

  /// - Parameter database: that of the orders, with the tables of `InvariantChecks.driverLogSQL`.
  public func run(logIn database: String) async throws -> Result {
    let log = try await DriverLog(database)
    let answers = Count()
    let result = try await withThrowingTaskGroup(of: Result.self) { group in
      for worker in 0..<inFlight {
        group.addTask {
          var result = Result()
          for number in stride(from: worker, to: requests, by: inFlight) {
            result.add(
              try await one(number, log) { try await afterAnswer(answers.next()) })
          }
          return result
        }
      }
      return try await group.reduce(into: Result()) { $0.add($1) }
    }
    await log.close()
    return result
  }

  private final class Count: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
      value.withLock { value in
        value += 1
        return value
      }
    }
  }

  /// The request of this number, and its rival of the same key with another body, if it has one.
  private func bodies(_ number: Int, _ random: inout SeededRandom) -> [PlaceOrderRequest] {
    let count = Int.random(in: 0..<10, using: &random) < rivals ? 2 : 1
    return (0..<count).map { body in
      let lines = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        PlaceOrderLine(
          sku: skus[Int.random(in: 0..<skus.count, using: &random)],
          quantity: Int64.random(in: 1...quantityMax, using: &random))
      }
      return PlaceOrderRequest(
        customerID: "customer-\(number % 7)", currency: "EUR", lines: lines,
        requestID: "load-\(seed)-\(number)")
    }
  }

  private func one(
    _ number: Int, _ log: DriverLog, _ answered: @escaping @Sendable () async throws -> Void
  ) async throws -> Result {
    var random = SeededRandom(seed: seed &* 1_000_003 &+ UInt64(number))
    let bodies = bodies(number, &random)
    let isCancelled = Int.random(in: 0..<10, using: &random) < cancels
    let isRepeated = Int.random(in: 0..<10, using: &random) < repeats
    for body in bodies { try await log.willSend(body) }
    return try await withThrowingTaskGroup(of: Result.self) { group in
      for (place, body) in bodies.enumerated() {
        for copy in 0..<copies {
          group.addTask {
            try await insist(
              body, first: number + place + copy, cancels: isCancelled && copy == 0, log, answered)
          }
        }
      }
      var result = try await group.reduce(into: Result()) { $0.add($1) }
      guard isRepeated, result.placed > 0 else { return result }
      for body in bodies {
        let again = try await insist(body, first: number + 1, cancels: false, log, answered)
        result.open += again.open
      }
      return result
    }
  }

  private func insist(
    _ request: PlaceOrderRequest, first: Int, cancels: Bool, _ log: DriverLog,
    _ answered: @Sendable () async throws -> Void
  ) async throws -> Result {
    var result = Result()
    for attempt in 0..<triesMax {
      let service = services[(first + attempt) % services.count]
      result.tries += 1
      let answer = await place(request, on: service)
      let failure: RPCError
      switch answer {
      case .failure(let error): failure = error
      case .success(let receipt):
        result.placed += 1
        try await log.heard(receipt, for: request)
        try await answered()
        if cancels, await cancel(receipt.orderID, first) { result.cancelled += 1 }
        return result
      }
      try await log.heard(failure, for: request)
      try await answered()
      let reason = failure.detail(ErrorInfo.self)?.reason ?? failure.code.name
      result.reasons[reason, default: 0] += 1
      if Self.definite.contains(reason) {
        result.refused += 1
        return result
      }
      try await Task.sleep(for: pause)
    }
    result.open += 1
    return result
  }

  private func place(
    _ request: PlaceOrderRequest, on service: any OrdersService
  ) async -> Swift.Result<Receipt, RPCError> {
    do throws(RPCError) {
      return .success(try await service.placeOrder(request, context()))
    } catch {
      return .failure(error)
    }
  }

  /// True once the order is known to be cancelled.
  private func cancel(_ orderID: String, _ first: Int) async -> Bool {
    for attempt in 0..<triesMax {
      let service = services[(first + attempt) % services.count]
      let request = CancelOrderRequest(orderID: orderID)
      if (try? await service.cancelOrder(request, context()))?.status == .cancelled { return true }
      try? await Task.sleep(for: pause)
    }
    return false
  }

  private func context() -> CallContext {
    CallContext(deadline: callTimeMax.map { .after($0) } ?? .never)
  }
}
