internal import Contracts
internal import Logging
internal import Operations
internal import Postgres
internal import RPC

/// One attempt to place an order:
///
///     quote ──▶ hold ──▶ order row, which is the commit point ──▶ receipt
///
/// A quote that is short or unknown ends an attempt without a key. With a key it may be the retry
/// of the order that took the last piece, so the hold is asked for all the same, and before any
/// refusal our own row is read.
struct PlaceOrder: Sendable {
  let inventory: InventoryCaller
  let writer: Flusher<OrderWrite, OrderWritten>
  let reader: OrderReader
  let clock: WallClock
  let placing: PlacingOrders
  let resolver: OrderResolver
  let relay: SettlementRelay
  let logger: Logger

  /// An order without a key. It gets its id once the quote lets it pass: when everything is sold
  /// out, refusing must cost no more than asking.
  func callAsFunction(
    _ order: NormalOrder, by deadline: Deadline
  ) async throws(Refusal) -> Placement {
    switch OrderRules.price(order, quote: try await inventory.quote(order, deadline)) {
    case .unknown(let skus): throw .skuUnknown(skus)
    case .currencyMismatch(let skus): throw .currencyMismatch(skus)
    case .totalOverflow: throw .totalOverflow
    case .priced(let lines, let total, let short):
      guard short.isEmpty else { throw .outOfStock(short) }
      var random = SystemRandomNumberGenerator()
      let attempt = Attempt(
        order: order, orderID: OrderRules.freshOrderID(at: clock.now(), random: &random),
        digest: OrderRules.bodyDigest(order), deadline: deadline)
      placing.begin(attempt.orderID)
      defer { placing.end(attempt.orderID) }
      do throws(Refusal) {
        return try await holdAndWrite(attempt, lines, total)
      } catch {
        giveUp(attempt, error)
        throw error
      }
    }
  }

  /// An order with a key, under the id that the key stands for.
  func callAsFunction(
    _ order: NormalOrder, as orderID: OrderID, _ digest: [UInt8], by deadline: Deadline
  ) async throws(Refusal) -> Placement {
    // From before the hold is taken until its order is decided.
    placing.begin(orderID)
    defer { placing.end(orderID) }
    let attempt = Attempt(order: order, orderID: orderID, digest: digest, deadline: deadline)
    switch OrderRules.price(order, quote: try await inventory.quote(order, deadline)) {
    case .currencyMismatch(let skus):
      return try await storedOr(.currencyMismatch(skus), attempt)
    case .totalOverflow:
      return try await storedOr(.totalOverflow, attempt)
    case .unknown:
      if let placement = try await reserve(attempt) { return placement }
      return try await placeAtSecondQuote(attempt)
    case .priced(let lines, let total, _):
      return try await holdAndWrite(attempt, lines, total)
    }
  }

  private func holdAndWrite(
    _ attempt: Attempt, _ lines: [PricedLine], _ totalMinor: Int64
  ) async throws(Refusal) -> Placement {
    if let placement = try await reserve(attempt) { return placement }
    return try await write(attempt, lines, totalMinor)
  }

  private struct Attempt {
    let order: NormalOrder
    let orderID: OrderID
    let digest: [UInt8]
    let deadline: Deadline
  }

  /// Takes the hold. Nil when the pieces are set aside; a placement when the order exists already.
  private func reserve(_ attempt: Attempt) async throws(Refusal) -> Placement? {
    switch try await inventory.reserve(attempt.order, as: attempt.orderID, attempt.deadline) {
    case .held: return nil
    case .outOfStock(let short): return try await storedOr(.outOfStock(short), attempt)
    case .unknownSKU(let skus): return try await storedOr(.skuUnknown(skus), attempt)
    // Another body holds under this key and is not decided yet.
    case .conflict: return try await storedOr(.requestInProgress, attempt)
    // Nothing can ever be held under this id again, so no order will exist under it.
    case .released: return try await storedOr(.orderAborted, attempt)
    }
  }

  /// The hold was taken although the quote did not know a SKU: it has come into the catalogue
  /// since.
  private func placeAtSecondQuote(_ attempt: Attempt) async throws(Refusal) -> Placement {
    let quote = try await inventory.quote(attempt.order, attempt.deadline)
    switch OrderRules.price(attempt.order, quote: quote) {
    case .unknown(let skus): return try await storedOr(.skuUnknown(skus), attempt)
    case .currencyMismatch(let skus):
      return try await storedOr(.currencyMismatch(skus), attempt)
    case .totalOverflow: return try await storedOr(.totalOverflow, attempt)
    case .priced(let lines, let total, _): return try await write(attempt, lines, total)
    }
  }

  private func write(
    _ attempt: Attempt, _ lines: [PricedLine], _ totalMinor: Int64
  ) async throws(Refusal) -> Placement {
    let order = NewOrder(
      orderID: attempt.orderID, customerID: attempt.order.customerID,
      requestID: attempt.order.requestID, currency: attempt.order.currency,
      totalMinor: totalMinor, bodyDigest: attempt.digest, createdAt: clock.now(), lines: lines)
    let written: OrderWritten
    do throws(WriteFailure) {
      written = try await writer.submit(.place(order), deadline: attempt.deadline)
    } catch {
      throw .write(error)
    }
    switch written {
    case .placed:
      inventory.wasCommitted(order.orderID)
      return Placement(receipt: Receipt(order), isReplay: false)
    case .stored(let stored): return try answer(stored, attempt)
    case .cancellation: throw .write(.unforeseen)
    }
  }

  /// The caller of an order without a key is gone, or has stopped waiting, when pieces may be held
  /// for it: nobody can ask for this order again, so its id is closed and the pieces go back. An
  /// order with a key is left to its retry, or to be asked about.
  private func giveUp(_ attempt: Attempt, _ refusal: Refusal) {
    guard refusal == .write(.cancelled) || refusal == .write(.deadline) else { return }
    let orderID = attempt.orderID
    // A task of its own, since the caller's is cancelled.
    Task { [resolver, relay, logger] in
      do throws(PostgresError) {
        try await resolver.abandon([orderID])
        relay.wake()
      } catch {
        logger.info("an order that was given up will be asked about: \(error)")
      }
    }
  }

  /// What our own row says, if there is one, else the refusal. Without a key there is none.
  private func storedOr(
    _ refusal: Refusal, _ attempt: Attempt
  ) async throws(Refusal) -> Placement {
    guard attempt.order.isKeyed else { throw refusal }
    let stored: StoredOrder?
    do throws(WriteFailure) {
      stored = try await reader.read(attempt.orderID, deadline: attempt.deadline)
    } catch {
      throw .write(error)
    }
    guard let stored else { throw refusal }
    return try answer(stored, attempt)
  }

  private func answer(
    _ stored: StoredOrder, _ attempt: Attempt
  ) throws(Refusal) -> Placement {
    switch OrderRules.answer(stored: stored, asked: attempt.digest) {
    case .receipt(let body):
      return Placement(receipt: Receipt(stored, body), isReplay: true)
    case .reused: throw .requestIDReused(attempt.orderID)
    case .aborted: throw .orderAborted
    }
  }
}
