import Contracts
import Foundation
import Testing
import Wire

@testable import RPC

/// The .proto files against the messages in Swift: field by field, number by number.
///
/// Each declared field is written by itself, by hand here, and given to the message. Mirroring what
/// was read shows which property took it; writing it again shows number and layout.
@Suite struct ContractAgreementTests {
  static let root = Vector.folder.deletingLastPathComponent().deletingLastPathComponent()

  static let files = [
    "proto/inventory/v1/inventory.proto", "proto/orders/v1/orders.proto",
    "Tests/Vectors/proto/grpc/health/v1/health.proto",
    "Tests/Vectors/proto/google/rpc/status.proto",
    "Tests/Vectors/proto/google/rpc/error_details.proto",
  ]

  static let messages: [String: any WireMessage.Type] = [
    "inventory.v1.StockLine": StockLine.self,
    "inventory.v1.CheckStockRequest": CheckStockRequest.self,
    "inventory.v1.CheckStockResponse": CheckStockResponse.self,
    "inventory.v1.StockAnswer": StockAnswer.self,
    "inventory.v1.Hold": Hold.self,
    "inventory.v1.ReserveStockRequest": ReserveStockRequest.self,
    "inventory.v1.Shortage": Shortage.self,
    "inventory.v1.HoldOutcome": HoldOutcome.self,
    "inventory.v1.ReserveStockResponse": ReserveStockResponse.self,
    "inventory.v1.SettleReservationsRequest": SettleReservationsRequest.self,
    "inventory.v1.SettledReservation": SettledReservation.self,
    "inventory.v1.SettleReservationsResponse": SettleReservationsResponse.self,
    "inventory.v1.ListStockRequest": ListStockRequest.self,
    "inventory.v1.ListStockResponse": ListStockResponse.self,
    "inventory.v1.AdjustStockRequest": AdjustStockRequest.self,
    "inventory.v1.StockAdjustment": StockAdjustment.self,
    "inventory.v1.AdjustStockResponse": AdjustStockResponse.self,
    "inventory.v1.StockFigure": StockFigure.self,
    "inventory.v1.ReconcileStockRequest": ReconcileStockRequest.self,
    "inventory.v1.ReconcileStockResponse": ReconcileStockResponse.self,
    "inventory.v1.StockViolation": StockViolation.self,
    "inventory.v1.WatchStockRequest": WatchStockRequest.self,
    "inventory.v1.WatchStockResponse": WatchStockResponse.self,
    "inventory.v1.WatchedStock": WatchedStock.self,
    "orders.v1.PlaceOrderRequest": PlaceOrderRequest.self,
    "orders.v1.PlaceOrderLine": PlaceOrderLine.self,
    "orders.v1.Receipt": Receipt.self,
    "orders.v1.OrderLine": OrderLine.self,
    "orders.v1.GetOrderRequest": GetOrderRequest.self,
    "orders.v1.Order": Order.self,
    "orders.v1.ListOrdersRequest": ListOrdersRequest.self,
    "orders.v1.ListOrdersResponse": ListOrdersResponse.self,
    "orders.v1.CancelOrderRequest": CancelOrderRequest.self,
    "orders.v1.OutOfStock": OutOfStock.self,
    "orders.v1.ShortLine": ShortLine.self,
    "orders.v1.ResolveOrdersRequest": ResolveOrdersRequest.self,
    "orders.v1.ResolveOrdersResponse": ResolveOrdersResponse.self,
    "orders.v1.OrderResolution": OrderResolution.self,
    "orders.v1.WatchOrdersRequest": WatchOrdersRequest.self,
    "orders.v1.WatchOrdersResponse": WatchOrdersResponse.self,
    "orders.v1.OrderEvent": OrderEvent.self,
    "grpc.health.v1.HealthCheckRequest": HealthCheckRequest.self,
    "grpc.health.v1.HealthCheckResponse": HealthCheckResponse.self,
    "google.rpc.Status": StatusDetails.self,
    "google.rpc.ErrorInfo": ErrorInfo.self,
    "google.rpc.RetryInfo": RetryInfo.self,
    "google.rpc.BadRequest": BadRequest.self,
    "google.rpc.BadRequest.FieldViolation": BadRequest.FieldViolation.self,
    "google.rpc.PreconditionFailure": PreconditionFailure.self,
    "google.rpc.PreconditionFailure.Violation": PreconditionFailure.Violation.self,
  ]

  static let enums: [String: any WireEnum.Type] = [
    "inventory.v1.Consistency": Consistency.self,
    "inventory.v1.HoldState": HoldState.self,
    "orders.v1.OrderStatus": OrderStatus.self,
    "orders.v1.OrderFate": OrderFate.self,
    "orders.v1.OrderEventKind": OrderEventKind.self,
    "grpc.health.v1.HealthCheckResponse.ServingStatus": ServingStatus.self,
  ]

  static func file(_ path: String) throws -> ProtoFile {
    try ProtoFile(root.appending(path: path))
  }

  @Test func `each message and enum declared is here, and nothing else`() throws {
    let all = try Self.files.map(Self.file)
    let declared = all.flatMap { file in file.messages.keys.map { "\(file.package).\($0)" } }
    #expect(Set(declared) == Set(Self.messages.keys))
    let enums = all.flatMap { file in file.enums.keys.map { "\(file.package).\($0)" } }
    #expect(Set(enums) == Set(Self.enums.keys))
  }

  @Test(arguments: files)
  func `each field has its name, number, type and presence`(path: String) throws {
    let file = try Self.file(path)
    for (name, fields) in file.messages {
      let type = try #require(Self.messages["\(file.package).\(name)"])
      for field in fields {
        let isEnum = (file.enums[field.type] ?? file.enums["\(name).\(field.type)"]) != nil
        try FieldProbe(field: field, isEnum: isEnum, message: name).check(type)
      }
      // Every property is a field: one that is not would be lost on the wire.
      let names = fields.map { FieldProbe.swiftName($0.name) }
      let properties = Mirror(reflecting: type.init()).children.compactMap(\.label)
      #expect(properties == names, "\(name)")
    }
  }

  @Test(arguments: files)
  func `each enum number has its name, and no other number has one`(path: String) throws {
    let file = try Self.file(path)
    for (name, numbers) in file.enums {
      let type = try #require(Self.enums["\(file.package).\(name)"])
      for number in Int32(-1)...200 {
        let declared = numbers.first { $0.value == number }?.key
        #expect(type.init(rawValue: number).name == declared, "\(name) \(number)")
      }
      #expect(type.init(rawValue: .min).name == nil && type.init(rawValue: .max).name == nil)
    }
  }
}
