import Foundation
import TestSupport
import Testing

/// `orderly up` as a newcomer runs it, called with curl and with gRPC's own Python client.
@Suite struct UpTests {
  /// `orderly up` on free ports and a directory of the test's own.
  struct Shop {
    let program: RunningProgram
    /// Gone with the last shop that lived in it.
    let folder: TestFolder
    let edge: String
    let inventory: String
    let orders: String

    init(_ folder: TestFolder, _ more: [String] = []) async throws {
      self.folder = folder
      program = try RunningProgram(
        try BuiltPrograms.path("orderly"),
        [
          "up", "--data-dir", folder.path(of: "data"), "--edge-port", "0", "--inventory-port", "0",
          "--orders-port", "0", "--admin-port", "0",
        ] + more)
      let line = try await program.line("ready ")
      func value(_ name: String) -> String {
        line.split(separator: " ").first { $0.hasPrefix("\(name)=") }
          .map { String($0.dropFirst(name.count + 1)) } ?? ""
      }
      edge = value("edge")
      inventory = value("inventory")
      orders = value("orders")
    }

    /// SIGTERM, and the exit code.
    func stop() async throws -> Int32 {
      program.send(SIGTERM)
      return try await program.end()
    }
  }

  /// A result of `rpcload`.
  private static func json(_ path: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
    return try #require(object as? [String: Any])
  }

  static let order =
    #"{"customerId":"ada","currency":"EUR","lines":[{"sku":"MUG-1","quantity":2}]}"#

  @Test func `an order placed with curl is a row that outlives its process`() async throws {
    let folder = try TestFolder.passable()
    var shop = try await Shop(folder)
    var curl = Curl(edge: shop.edge)
    let made = try await curl(
      "POST", "/v1/stock/MUG-1/adjustments",
      #"{"delta":3,"reason":"receipt","reference":"PO-1","#
        + #""unitPrice":{"currency":"EUR","minorUnits":1250}}"#)
    #expect(made.status == 200)

    let first = try await curl("POST", "/v1/orders", Self.order, headers: ["Idempotency-Key": "k"])
    #expect(first.status == 201)
    let id = try #require(first.json[text: "orderId"])
    #expect(first.headers["location"] == "/v1/orders/\(id)")
    #expect(first.headers["idempotent-replayed"] == nil)

    let again = try await curl("POST", "/v1/orders", Self.order, headers: ["Idempotency-Key": "k"])
    #expect(again.status == 201)
    #expect(again.body == first.body)
    #expect(again.headers["idempotent-replayed"] == "true")

    let refused = try await curl("POST", "/v1/orders", Self.order)
    #expect(refused.status == 409)
    #expect(refused.headers["content-type"] == "application/problem+json")
    #expect(refused.json[text: "reason"] == "OUT_OF_STOCK")
    let line = try #require(refused.json[objects: "lines"].first)
    #expect(line[text: "sku"] == "MUG-1")
    #expect(line[number: "requested"] == 2)
    #expect(line[number: "available"] == 1)

    #expect(try await shop.stop() == 0)
    shop = try await Shop(folder)
    curl = Curl(edge: shop.edge)
    let read = try await curl("GET", "/v1/orders/\(id)")
    #expect(read.status == 200)
    #expect(read.json[text: "status"] == "CONFIRMED")
    #expect(read.json[object: "total"][number: "minorUnits"] == 2500)
    #expect(try await shop.stop() == 0)
  }

  @Test func `a stock gRPC client calls both services and reads the details of an error`()
    async throws
  {
    let folder = try TestFolder.passable()
    let shop = try await Shop(folder)
    let client = StockClient.shared
    let made = try await client.call(shop.inventory, ["adjust", "PO-1", "CUP-1", "3", "500"])
    #expect(made[text: "code"] == "OK")
    #expect(made[object: "reply"]["applied"] as? Bool == true)

    let stock = try await client.call(shop.inventory, ["check", "CUP-1", "2"])
    let line = try #require(stock[object: "reply"][objects: "lines"].first)
    #expect(line[text: "available"] == "3")  // JSON of protobuf writes 64-bit numbers as text.
    #expect(line[text: "unit_price_minor"] == "500")

    let first = try await client.call(shop.orders, ["place", "bob", "key-1", "CUP-1", "2"])
    #expect(first[text: "code"] == "OK")
    #expect(first[object: "reply"][text: "total_minor"] == "1000")
    #expect(first[object: "trailers"].isEmpty)
    let again = try await client.call(shop.orders, ["place", "bob", "key-1", "CUP-1", "2"])
    #expect(again[text: "bytes"] == first[text: "bytes"])
    #expect(again[object: "trailers"][text: "orderly-replayed"] == "true")

    let short = try await client.call(shop.orders, ["place", "bob", "-", "CUP-1", "2"])
    #expect(short[text: "code"] == "FAILED_PRECONDITION")
    let info = short[object: "details"][object: "ErrorInfo"]
    #expect(info[text: "reason"] == "OUT_OF_STOCK")
    #expect(info[text: "domain"] == "orderly")
    let missing = try #require(
      short[object: "details"][object: "OutOfStock"][objects: "lines"].first)
    #expect(missing[text: "requested"] == "2")
    #expect(missing[text: "available"] == "1")

    let other = try await client.call(shop.orders, ["place", "bob", "key-1", "CUP-1", "1"])
    #expect(other[text: "code"] == "ALREADY_EXISTS")
    let bad = try await client.call(shop.orders, ["place", "bob", "-", "CUP-1", "0"])
    #expect(bad[text: "code"] == "INVALID_ARGUMENT")
    let field = bad[object: "details"][object: "BadRequest"][objects: "field_violations"].first
    #expect(field?[text: "field"] == "lines[0].quantity")

    for address in [shop.inventory, shop.orders] {
      let watched = try await client.call(address, ["watch", ""])
      #expect(watched[text: "status"] == "SERVING")
      let reflected = try await client.call(address, ["reflect"])
      #expect(reflected[number: "unknown"] == 5)
      let services = reflected["services"] as? [String] ?? []
      #expect(services.contains("grpc.reflection.v1.ServerReflection"))
      #expect(services.contains { $0.hasSuffix(".v1.Orders") || $0.hasSuffix(".v1.Inventory") })
      let methods = reflected["methods"] as? [String] ?? []
      #expect(methods.contains("grpc.health.v1.Health.Watch"))
      let health = try await client.call(address, ["health", ""])
      #expect(health[object: "reply"][text: "status"] == "SERVING")
      let unknown = try await client.call(address, ["health", "no.such.Service"])
      #expect(unknown[text: "code"] == "NOT_FOUND")
    }
    let absent = try await client.call(shop.orders, ["missing"])
    #expect(absent[text: "code"] == "UNIMPLEMENTED")

    // One piece is left: of a hundred who want it, one gets it.
    let many = try await client.call(shop.orders, ["place-many", "100", "CUP-1"])
    #expect(many[number: "OK"] == 1)
    #expect(many[number: "OUT_OF_STOCK"] == 99)
    #expect(try await shop.stop() == 0)
  }

  @Test func `a load of checks and orders ends with every order accounted for`() async throws {
    let folder = try TestFolder.passable()
    let shop = try await Shop(folder)
    let result = folder.path(of: "result.json")
    let load = try await RunningProgram.run(
      try BuiltPrograms.path("rpcload"),
      [
        "run", "--inventory", shop.inventory, "--orders", shop.orders, "--count", "2000",
        "--concurrency", "20", "--mix", "check-stock=50,place-order=50", "--skus", "50",
        "--prepare", "--stock", "100000", "--plain", "--max-error-rate", "0%", "--json",
        result,
      ])
    #expect(load.code == 0, "\(load.output) \(load.errors)")
    #expect(load.output.contains("PASS"))
    #expect(try Self.json(result)[number: "schema"] == 1)
    #expect(try await shop.stop() == 0)
  }

  /// Some calls were answered, and all others refused for the queue that was full.
  private static func expectOnlyOverload(in result: String, of calls: Int) throws {
    let json = try json(result)
    let answered = json[objects: "outcomes"].first { $0[text: "outcome"] == "OK" }
    let refused = try #require(json[objects: "reasons"].first)
    #expect(json[objects: "reasons"].count == 1)
    #expect(refused[text: "reason"] == "OVERLOADED")
    #expect((answered?[number: "count"] ?? 0) > 0)
    #expect((answered?[number: "count"] ?? 0) + (refused[number: "count"] ?? 0) == calls)
  }

  @Test func `orders that find more waiting than is set are refused, and no other is`()
    async throws
  {
    let folder = try TestFolder.passable()
    let shop = try await Shop(folder, ["--orders-waiting-max", "1"])
    let result = folder.path(of: "result.json")
    let load = try await RunningProgram.run(
      try BuiltPrograms.path("rpcload"),
      [
        "run", "--inventory", shop.inventory, "--orders", shop.orders, "--count", "2000",
        "--concurrency", "100", "--mix", "place-order=1", "--prepare", "--stock", "100000",
        "--plain", "--verify", "--json", result,
      ])
    #expect(load.code == 0, "\(load.output) \(load.errors)")
    #expect(load.output.contains("RESOURCE_EXHAUSTED/OVERLOADED"))
    try Self.expectOnlyOverload(in: result, of: 2000)
    #expect(load.output.contains("VERIFIED: no violation"))
    #expect(try await shop.stop() == 0)
  }

  @Test func `questions that find more waiting than is set are refused, and joined holds are not`()
    async throws
  {
    let folder = try TestFolder.passable()
    // Shared, since an only writer answers from memory and has no queue.
    let shop = try await Shop(
      folder, ["--inventory-writers", "shared", "--inventory-waiting-max", "1"])
    let result = folder.path(of: "result.json")
    let questions = try await RunningProgram.run(
      try BuiltPrograms.path("rpcload"),
      [
        "run", "--inventory", shop.inventory, "--orders", shop.orders, "--count", "2000",
        "--concurrency", "100", "--mix", "check-stock=1", "--plain", "--json", result,
      ])
    #expect(questions.code == 0, "\(questions.output) \(questions.errors)")
    try Self.expectOnlyOverload(in: result, of: 2000)
    // Orders joins the holds, and the questions, that wait in one call each: more than one at once.
    let orders = try await RunningProgram.run(
      try BuiltPrograms.path("rpcload"),
      [
        "run", "--inventory", shop.inventory, "--orders", shop.orders, "--count", "500",
        "--concurrency", "50", "--mix", "place-order=1", "--prepare", "--stock", "100000",
        "--plain", "--max-error-rate", "0%", "--verify",
      ])
    #expect(orders.code == 0, "\(orders.output) \(orders.errors)")
    #expect(orders.output.contains("VERIFIED: no violation"))
    #expect(try await shop.stop() == 0)
  }

  @Test func `a load through the edge ends with every order accounted for`() async throws {
    let folder = try TestFolder.passable()
    let shop = try await Shop(folder)
    let load = try await RunningProgram.run(
      try BuiltPrograms.path("rpcload"),
      [
        "run", "--rest", shop.edge, "--inventory", shop.inventory, "--orders", shop.orders,
        "--count", "600", "--concurrency", "10", "--skus", "50", "--prepare", "--stock", "100000",
        "--mix", "check-stock=1,place-order=3,get-order=1,list-orders=1,cancel-order=1", "--plain",
      ])
    #expect(load.code == 0, "\(load.output) \(load.errors)")
    #expect(load.output.contains("edge: \(shop.edge.dropFirst("http://".count))"))
    #expect(load.output.contains("error rate: 0.000 % (0 of 600 not as expected)"))
    #expect(load.output.contains("VERIFIED: no violation"))
    #expect(try await shop.stop() == 0)
  }
}
