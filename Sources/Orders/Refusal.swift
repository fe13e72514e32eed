internal import Contracts
internal import Operations
internal import RPC
internal import Wire

/// Why a call to orders has no order to answer with.
enum Refusal: Error, Equatable, Sendable {
  case skuUnknown([SKU])
  case currencyMismatch([SKU])
  case totalOverflow
  /// In the order of the request.
  case outOfStock([Shortfall])
  case orderUnknown
  case requestIDReused(OrderID)
  case orderAborted
  case requestInProgress
  case illegalTransition(OrderState)
  case versionMismatch(current: Int32)
  /// Inventory could not be asked, or did not answer as its contract says.
  case inventoryUnavailable(StatusCode)
  /// Of our own queue or database.
  case write(WriteFailure)
}

extension RPCError {
  /// The one place where it becomes a status.
  init(_ refusal: Refusal) {
    self =
      switch refusal {
      case .skuUnknown(let skus):
        RPCError(.skuUnknown, "not in the catalogue", naming: skus)
      case .currencyMismatch(let skus):
        RPCError(.currencyMismatch, "sold in another currency", naming: skus)
      case .totalOverflow:
        RPCError(.totalOverflow, "the total passes 2^53-1 minor units")
      case .outOfStock(let lines):
        RPCError(outOfStock: lines)
      case .orderUnknown:
        RPCError(.orderUnknown, "there is no such order")
      case .requestIDReused(let id):
        RPCError(
          .requestIDReused, "the request_id names another order",
          metadata: ["order_id": id.description])
      case .orderAborted:
        RPCError(
          .orderAborted, "no order exists or ever will under this request_id; use a new one")
      case .requestInProgress:
        RPCError(
          .requestInProgress, "another body is being decided under this request_id",
          details: [AnyDetail(RetryInfo(.seconds(1)))])
      case .illegalTransition(let state):
        RPCError(
          .illegalTransition, "an order that is \(state) cannot be cancelled",
          metadata: ["status": OrderStatus(rawValue: Int32(state.rawValue)).name ?? "\(state)"])
      case .versionMismatch(let current):
        RPCError(
          .versionMismatch, "the order has changed; its version is \(current)",
          metadata: ["version": "\(current)"])
      case .inventoryUnavailable(let code):
        RPCError(
          .inventoryUnavailable, "inventory did not answer; try again",
          metadata: ["code": code.name])
      case .write(let failure):
        RPCError(failure)
      }
  }
}

/// A client that finds more than 4 KiB of details may lose the whole answer: many take 8 KiB of
/// metadata in all, and the server drops longer details. So a list that would be too long is cut
/// at its end, and `omitted` in the ErrorInfo's metadata says how many entries that cost.
private enum ListBytes {
  /// SKUs stand in the message and in the metadata.
  static let skusMax = 1_200
  static let shortLinesMax = 2_600
}

extension RPCError {
  fileprivate init(_ reason: ErrorReason, _ message: String, naming skus: [SKU]) {
    var text = ""
    var named = 0
    for sku in skus {
      guard text.utf8.count + sku.text.utf8.count < ListBytes.skusMax else { break }
      if named > 0 { text += "," }  // No SKU contains one.
      text += sku.text
      named += 1
    }
    var metadata = ["skus": text]
    if named < skus.count { metadata["omitted"] = String(skus.count - named) }
    self.init(reason, "\(message): \(text)", metadata: metadata)
  }

  fileprivate init(outOfStock lines: [Shortfall]) {
    var detail = OutOfStock()
    var bytes = 0
    for line in lines {
      let short = ShortLine(
        sku: line.sku.text, requested: line.requested, available: line.available)
      bytes += short.wireBytes.count + 3  // With its tag and length.
      guard bytes <= ListBytes.shortLinesMax else { break }
      detail.lines.append(short)
    }
    let omitted = lines.count - detail.lines.count
    self.init(
      .outOfStock, "not enough in stock",
      metadata: omitted > 0 ? ["omitted": String(omitted)] : [:], details: [AnyDetail(detail)])
  }
}
