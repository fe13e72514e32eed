import Contracts
import Logging
import RPC
import TestSupport
import Transport

/// Callers that place one order after the other, each of one piece, and note every answer.
struct OrderLoad: Sendable {
  let target: String
  let law: SKULaw
  let inFlight: Int
  let duration: Duration
  /// Makes keys of one phase differ from those of every other; nil for orders without a key.
  let keys: String?

  struct Outcome: Sendable {
    var placed: [(key: String, receipt: Receipt)] = []
    var sent: [(key: String, sku: Int)] = []
    var refused = 0
    /// Anything but an order and "out of stock".
    var failed = 0
    var firstFailure: RPCError?
    /// Nanoseconds of every answer.
    var latencies: [Int64] = []
    var seconds = 0.0

    mutating func add(_ other: Outcome) {
      placed += other.placed
      sent += other.sent
      refused += other.refused
      failed += other.failed
      firstFailure = firstFailure ?? other.firstFailure
      latencies += other.latencies
    }

    var rate: Double { Double(placed.count + refused) / seconds }
    /// Milliseconds.
    var mean: Double {
      Double(latencies.reduce(0, +)) / Double(max(latencies.count, 1)) / 1e6
    }

    /// Milliseconds below which `share` of the answers came. Sort `latencies` before.
    func percentile(_ share: Double) -> Double {
      guard !latencies.isEmpty else { return 0 }
      let index = min(Int(share * Double(latencies.count)), latencies.count - 1)
      return Double(latencies[index]) / 1e6
    }
  }

  static let customer = "bench"

  static func sku(_ number: Int) -> String { "SKU-\(number)" }

  func run() async throws -> Outcome {
    // A connection takes 256 calls at once, which is a server's usual limit.
    let clients = (0..<(inFlight + 255) / 256).map { _ in
      Client([target], logger: Logger(label: "bench"))
    }
    for client in clients { try await client.connect() }
    let clock = ContinuousClock()
    let start = clock.now
    let end = start + duration
    var outcome = await withTaskGroup(of: Outcome.self) { group in
      for worker in 0..<inFlight {
        // On the loop that carries its calls: another thread would have to be woken for each.
        let client = clients[worker % clients.count]
        let orders = RemoteOrders(client)
        group.addTask(executorPreference: client.executor) {
          await work(worker, orders, until: end)
        }
      }
      return await group.reduce(into: Outcome()) { $0.add($1) }
    }
    let elapsed = clock.now - start
    outcome.seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    outcome.latencies.sort()
    for client in clients { await client.shutdown() }
    return outcome
  }

  private func work(
    _ worker: Int, _ orders: RemoteOrders, until end: ContinuousClock.Instant
  ) async -> Outcome {
    var outcome = Outcome()
    // Not the system's, which asks the kernel for every number.
    var random = SeededRandom(seed: UInt64(worker))
    let clock = ContinuousClock()
    var now = clock.now
    while now < end {
      let sku = law.draw(&random)
      var request = PlaceOrderRequest()
      request.customerID = Self.customer
      request.currency = "EUR"
      request.lines = [PlaceOrderLine(sku: Self.sku(sku), quantity: 1)]
      if let keys {
        request.requestID = "\(keys)-\(worker)-\(outcome.sent.count)"
        outcome.sent.append((request.requestID, sku))
      }
      do throws(RPCError) {
        let receipt = try await orders.placeOrder(
          request, CallContext(deadline: .after(.seconds(10))))
        if keys != nil { outcome.placed.append((request.requestID, receipt)) }
      } catch {
        if error.detail(ErrorInfo.self)?.reason == "OUT_OF_STOCK" {
          outcome.refused += 1
        } else {
          outcome.failed += 1
          outcome.firstFailure = outcome.firstFailure ?? error
        }
      }
      let after = clock.now
      let took = (after - now).components
      outcome.latencies.append(took.seconds * 1_000_000_000 + took.attoseconds / 1_000_000_000)
      now = after
    }
    return outcome
  }
}
