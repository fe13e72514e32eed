internal import Contracts
internal import Operations
internal import RPC

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
        RPCError(
          .skuUnknown, "not in the catalogue: \(skus.joined)", metadata: ["skus": skus.joined])
      case .currencyMismatch(let skus):
        RPCError(
          .currencyMismatch, "sold in another currency: \(skus.joined)",
          metadata: ["skus": skus.joined])
      case .totalOverflow:
        RPCError(.totalOverflow, "the total passes 2^53-1 minor units")
      case .outOfStock(let lines):
        RPCError(
          .outOfStock, "not enough in stock", details: [AnyDetail(OutOfStock(lines))])
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
      case .inventoryUnavailable(let code):
        RPCError(
          .inventoryUnavailable, "inventory did not answer; try again",
          metadata: ["code": code.name])
      case .write(let failure):
        RPCError(failure)
      }
  }
}

extension OutOfStock {
  init(_ lines: [Shortfall]) {
    self.init()
    self.lines = lines.map {
      ShortLine(sku: $0.sku.text, requested: $0.requested, available: $0.available)
    }
  }
}

extension Sequence where Element == SKU {
  /// Separated by commas, which no SKU contains.
  fileprivate var joined: String { map(\.text).joined(separator: ",") }
}
