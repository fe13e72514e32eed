import Operations

/// What one seed is about: the shop's times and limits, what goes wrong, and when. All of it is
/// drawn before anything happens.
struct SimPlan {
  /// When faults end and everything is mended.
  static let faultsEnd: Int64 = 3_000_000
  /// When everything has to be settled.
  static let end: Int64 = 40_000_000

  enum Fault {
    case killOrders(Int, downFor: Int64)
    case killInventory(Int, downFor: Int64)
    case killStockDatabase(downFor: Int64)
    case killLedgerDatabase(downFor: Int64)
    case stopOrders(Int, for: Int64)
    case stopInventory(Int, for: Int64)
    /// One direction between any two processes.
    case cut(Int, Int, for: Int64)
    case jumpOrders(Int, by: Int64)
    case jumpStockDatabase(by: Int64)
    case jumpLedgerDatabase(by: Int64)
  }

  var faults: [(at: Int64, fault: Fault)] = []
  var cutsOneIn = 0
  var losesOneIn = 0
  var doublesOneIn = 0
  var delaysOneIn = 0
  var latencyMax: Int64 = 1_000
  var caps = BatchCaps()
  var askAfter: Int64 = 0
  var askPause: Int64 = 0
  var relayPause: Int64 = 0
  var viewBias: Int64 = 0
  var stock: [Int64] = []
  /// In how long a time all customers come.
  var rush: Int64 = 0

  static let ordersCount = 2
  static let inventoryCount = 2

  init(_ world: SimWorld) {
    // A third of the seeds each: nothing wrong with connections, a little, a lot.
    let severity = world.draw(0...2)
    if severity > 0 {
      cutsOneIn = severity == 1 ? 60 : 12
      losesOneIn = severity == 1 ? 80 : 15
      doublesOneIn = severity == 1 ? 40 : 8
      delaysOneIn = severity == 1 ? 40 : 10
    }
    latencyMax = world.pick([300, 2_000, 60_000])
    caps.orders = Int(world.draw(1...6))
    askAfter = world.pick([150_000, 1_500_000])
    askPause = world.draw(30_000...200_000)
    relayPause = world.draw(30_000...200_000)
    viewBias = world.chance(oneIn: 4) ? world.pick([-1_000_000, -1, 1, 1_000_000]) : 0
    rush = world.pick([3_000, 2_500_000, 2_500_000])
    stock = (0..<3).map { _ in world.draw(0...6) }
    for _ in 0..<world.draw(0...5) {
      faults.append((at: world.draw(0...2_500_000), fault: Self.draw(world)))
    }
  }

  private static func draw(_ world: SimWorld) -> Fault {
    let time = world.draw(10_000...900_000)
    let orders = Int(world.draw(0...Int64(ordersCount - 1)))
    let inventory = Int(world.draw(0...Int64(inventoryCount - 1)))
    let hour: Int64 = 3_600_000_000
    let jump = world.pick([-hour, hour, -8_766 * hour, 8_766 * hour])
    switch world.draw(0...10) {
    case 0, 1: return .killOrders(orders, downFor: time)
    case 2, 3: return .killInventory(inventory, downFor: time)
    case 4: return .killStockDatabase(downFor: time)
    case 5: return .killLedgerDatabase(downFor: time)
    case 6: return .stopOrders(orders, for: time)
    case 7: return .stopInventory(inventory, for: time)
    case 8: return .cut(Int(world.draw(0...3)), Int(world.draw(0...3)), for: time)
    case 9: return .jumpOrders(orders, by: jump)
    default:
      return world.chance(oneIn: 2) ? .jumpStockDatabase(by: jump) : .jumpLedgerDatabase(by: jump)
    }
  }
}
