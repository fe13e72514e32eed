import Foundation
import TestSupport

/// Two processes of each service on one PostgreSQL, an edge that knows them all, and the means to
/// kill each and to start it again on its port.
actor Replicas {
  let inventoryDatabase: String
  let ordersDatabase: String
  private var programs: [String: RunningProgram] = [:]
  private var addresses: [String: String] = [:]

  static let inventories = ["inventory-1", "inventory-2"]
  static let orders = ["orders-1", "orders-2"]

  private let writers: String

  /// - Parameters:
  ///   - hasEdge: whether an edge is started too.
  ///   - writers: of inventory, as its setting takes them.
  init(hasEdge: Bool, writers: String = "shared") async throws {
    self.writers = writers
    inventoryDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
    ordersDatabase = try await ThrowAwayPostgres.shared.makeDatabase()
    for name in Self.inventories + Self.orders { try await start(name) }
    if hasEdge { try await start("edge") }
  }

  func address(_ name: String) -> String { addresses[name] ?? "" }

  private func list(_ names: [String]) -> String {
    names.compactMap { addresses[$0] }.joined(separator: ",")
  }

  func start(_ name: String) async throws {
    let service = String(name.prefix { $0 != "-" })
    let port = addresses[name]?.split(separator: ":").last.map(String.init) ?? "0"
    var arguments = [service, "--admin-port", "0", "--\(service)-port", port]
    switch service {
    case "inventory":
      arguments += ["--inventory-database", inventoryDatabase, "--inventory-writers", writers]
    case "orders":
      arguments += [
        "--orders-database", ordersDatabase, "--orders-inventory", list(Self.inventories),
      ]
    default:
      arguments += [
        "--edge-inventory", list(Self.inventories), "--edge-orders", list(Self.orders),
      ]
    }
    let program = try RunningProgram(try BuiltPrograms.path("orderly"), arguments)
    programs[name] = program
    let line = try await program.line("ready ")
    addresses[name] = line.split(separator: "=").last.map(String.init) ?? ""
  }

  func kill(_ name: String) async throws {
    programs[name]?.send(SIGKILL)
    _ = try await programs[name]?.end()
  }

  /// Ends it as an operator does, and starts it again.
  /// - Returns: its exit code.
  func replace(_ name: String) async throws -> Int32? {
    programs[name]?.send(SIGTERM)
    let code = try await programs[name]?.end()
    try await start(name)
    return code
  }

  func signal(_ name: String, _ signal: Int32) { programs[name]?.send(signal) }

  func end(_ name: String) async throws -> Int32? { try await programs[name]?.end() }

  /// - Returns: the exit codes of all that had not ended.
  func stop() async throws -> [Int32] {
    var codes: [Int32] = []
    for name in ["edge"] + Self.orders + Self.inventories {
      guard let program = programs[name], program.isRunning else { continue }
      program.send(SIGTERM)
      codes.append(try await program.end())
    }
    return codes
  }
}
