internal import Contracts
internal import Operations
internal import RPC

/// Asks inventory what SKUs cost and how many there are. Whatever waits is one call, so an order
/// under load costs a small part of one.
struct Quotes: Sendable {
  /// The lines of one order.
  private struct Question: Batchable {
    let lines: [AskedLine]
    let deadline: Deadline
    var lineCount: Int { lines.count }
    var skus: [SKU] { lines.map(\.sku) }
  }

  typealias Answer = Result<[QuotedLine], RPCError>

  private let flusher: Flusher<Question, Answer>

  init(inventory: any InventoryService, settings: OrdersSettings) {
    var caps = settings.caps
    caps.lines = DomainLimits.itemsPerCallMax
    flusher = Flusher(
      caps: caps, waitingMax: settings.waitingMax, executor: settings.executor
    ) { questions in
      await Self.ask(inventory, questions).map { .success($0) }
    }
  }

  /// Price and availability of each line, in the order of the lines.
  func quote(_ order: NormalOrder, _ deadline: Deadline) async throws(WriteFailure) -> Answer {
    try await flusher.submit(Question(lines: order.lines, deadline: deadline), deadline: deadline)
  }

  func stop() async { await flusher.stop() }

  /// Each SKU is asked for once, with the largest quantity that anybody wants of it.
  private static func ask(_ inventory: any InventoryService, _ questions: [Question]) async
    -> [Answer]
  {
    var places: [SKU: Int] = [:]
    var lines: [StockLine] = []
    for line in questions.lazy.flatMap(\.lines) {
      if let place = places[line.sku] {
        lines[place].quantity = max(lines[place].quantity, Int64(line.quantity))
      } else {
        places[line.sku] = lines.count
        lines.append(StockLine(sku: line.sku.text, quantity: Int64(line.quantity)))
      }
    }
    // Those who want it sooner are answered at their own deadline.
    let deadline = questions.lazy.map(\.deadline).max() ?? .never
    let response: CheckStockResponse
    FaultPoint.quoteBeforeSend.pass()
    do throws(RPCError) {
      response = try await inventory.checkStock(
        CheckStockRequest(lines: lines, consistency: .strong), CallContext(deadline: deadline))
    } catch {
      return questions.map { _ in .failure(error) }
    }
    FaultPoint.quoteAfterAnswer.pass()
    guard let found = found(response, for: lines) else {
      return questions.map { _ in .failure(InventoryCaller.offContract) }
    }
    return questions.map { question in
      .success(question.lines.compactMap { line in places[line.sku].map { found[$0] } })
    }
  }

  /// What the answer says of each line; nil when it does not answer what was asked.
  private static func found(
    _ response: CheckStockResponse, for lines: [StockLine]
  ) -> [QuotedLine]? {
    guard response.lines.count == lines.count else { return nil }
    var found: [QuotedLine] = []
    found.reserveCapacity(lines.count)
    for (asked, answer) in zip(lines, response.lines) {
      guard answer.sku == asked.sku, answer.available >= 0, answer.unitPriceMinor >= 0 else {
        return nil
      }
      found.append(
        QuotedLine(
          known: answer.known, available: answer.available,
          unitPriceMinor: answer.unitPriceMinor, currency: answer.currency))
    }
    return found
  }
}
