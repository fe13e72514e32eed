import Contracts
import RPC
import Testing
import Wire

@testable import Operations

@Suite struct ReflectionHandlersTests {
  private let handlers = ReflectionHandlers(services: [OrdersAPI.service, HealthAPI.service])

  private func files(_ query: ReflectionRequest.Query) throws -> [String] {
    guard case .files(let files) = handlers.answer(ReflectionRequest(query)) else { return [] }
    return try files.map { try FileDescriptor($0).name }
  }

  private func failure(_ query: ReflectionRequest.Query) -> Int32? {
    guard case .failure(let code, _) = handlers.answer(ReflectionRequest(query)) else { return nil }
    return code
  }

  @Test func `every file described is there and can be read`() {
    #expect(
      Set(FileDescriptor.own.map(\.name)) == [
        "inventory/v1/inventory.proto", "orders/v1/orders.proto", "grpc/health/v1/health.proto",
        "grpc/reflection/v1/reflection.proto", "google/protobuf/timestamp.proto",
      ])
  }

  @Test func `services are listed with reflection itself`() {
    let answer = handlers.answer(ReflectionRequest(.listServices("")))
    #expect(
      answer == .services([HealthAPI.service, ReflectionAPI.service, OrdersAPI.service].sorted()))
  }

  @Test(arguments: [
    "orders.v1.Orders", "orders.v1.Orders.PlaceOrder", "orders.v1.Order", "orders.v1.Order.lines",
  ])
  func `a symbol of any kind names its file, which comes with its imports`(
    symbol: String
  ) throws {
    #expect(
      try files(.fileContainingSymbol(symbol)) == [
        "orders/v1/orders.proto", "google/protobuf/timestamp.proto",
      ])
  }

  @Test func `a nested type is found`() throws {
    let symbol = "grpc.health.v1.HealthCheckResponse.ServingStatus"
    #expect(try files(.fileContainingSymbol(symbol)) == ["grpc/health/v1/health.proto"])
  }

  @Test func `a file is found by its name`() throws {
    let name = "google/protobuf/timestamp.proto"
    #expect(try files(.fileByFilename(name)) == [name])
  }

  @Test func `what is not there is not found, and a request of nothing is invalid`() {
    #expect(failure(.fileContainingSymbol("orders.v1.Nothing")) == 5)
    #expect(failure(.fileContainingSymbol("")) == 5)
    #expect(failure(.fileByFilename("../orders.proto")) == 5)
    #expect(failure(.fileContainingExtension(ExtensionRequest())) == 5)
    #expect(failure(.allExtensionNumbersOfType("orders.v1.Order")) == 5)
    guard case .failure(let code, _) = handlers.answer(ReflectionRequest()) else {
      Issue.record("a request of nothing was answered")
      return
    }
    #expect(code == 3)
  }

  @Test(arguments: [
    ReflectionRequest.Query.listServices(""), .fileByFilename("a"), .fileContainingSymbol("b"),
    .allExtensionNumbersOfType("c"), .fileContainingExtension(ExtensionRequest()),
  ])
  func `a query survives the wire, even when it is empty`(query: ReflectionRequest.Query) throws {
    let request = ReflectionRequest(query)
    #expect(try ReflectionRequest(wireBytes: request.wireBytes) == request)
    let response = ReflectionResponse(handlers.answer(request), to: request)
    #expect(try ReflectionResponse(wireBytes: response.wireBytes) == response)
  }

  @Test func `a descriptor cut anywhere is refused or read, and never traps`() {
    for file in FileDescriptor.own {
      for count in 0..<file.bytes.count {
        _ = try? FileDescriptor(Array(file.bytes.prefix(count)))
      }
    }
  }
}
