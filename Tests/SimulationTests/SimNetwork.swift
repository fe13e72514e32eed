import RPC

/// Carries calls between processes, badly: it delays, reorders, drops, doubles, and is cut in two.
final class SimNetwork {
  let world: SimWorld
  /// One message in this many is lost; 0 is none.
  var losesOneIn = 0
  var doublesOneIn = 0
  /// One message in this many comes when nobody expects it any more.
  var delaysOneIn = 0
  var latencyMax: Int64 = 2_000
  /// Pairs of processes that cannot reach each other, each direction by itself.
  private var cuts: Set<String> = []

  init(_ world: SimWorld) { self.world = world }

  func cut(from one: SimNode, to other: SimNode) { cuts.insert(one.name + ">" + other.name) }

  func mend(from one: SimNode, to other: SimNode) { cuts.remove(one.name + ">" + other.name) }

  func heal() {
    cuts = []
    losesOneIn = 0
    doublesOneIn = 0
    delaysOneIn = 0
    latencyMax = 1_000
  }

  static let unreachable = RPCError(.unavailable, "the connection was lost")
  static let late = RPCError(.deadlineExceeded, "the deadline passed")

  typealias Reply<Value> = (Result<Value, RPCError>) -> Void

  /// Calls a process and hears exactly once: what it said, that the connection was lost, or that
  /// the deadline passed.
  func call<Value>(
    from caller: SimNode, to callee: SimNode, timeout: Int64,
    _ handle: @escaping (@escaping Reply<Value>) -> Void, _ heard: @escaping Reply<Value>
  ) {
    var isOver = false
    var mourner = 0
    let finish: Reply<Value> = { result in
      guard !isOver else { return }
      isOver = true
      callee.forget(mourner)
      heard(result)
    }
    caller.after(timeout) { finish(.failure(Self.late)) }
    mourner = callee.onDeath { [self] in
      caller.after(latency) { finish(.failure(Self.unreachable)) }
    }
    guard !isLost(caller, callee) else { return fail(caller, finish) }
    for _ in 0..<(world.chance(oneIn: doublesOneIn) ? 2 : 1) {
      world.after(latency) { [self] in
        guard callee.isUp else {
          return caller.after(latency) { finish(.failure(Self.unreachable)) }
        }
        callee.after(0) {
          handle { [self] result in
            guard !isLost(callee, caller) else { return fail(caller, finish) }
            caller.after(latency) { finish(result) }
          }
        }
      }
    }
  }

  /// A message that is lost is noticed at once, or only when the deadline comes.
  private func fail<Value>(_ caller: SimNode, _ finish: @escaping Reply<Value>) {
    if world.chance(oneIn: 2) { caller.after(latency) { finish(.failure(Self.unreachable)) } }
  }

  private func isLost(_ from: SimNode, _ to: SimNode) -> Bool {
    if !cuts.isEmpty, cuts.contains(from.name + ">" + to.name) { return true }
    return world.chance(oneIn: losesOneIn)
  }

  private var latency: Int64 {
    world.draw(50...latencyMax) + (world.chance(oneIn: delaysOneIn) ? world.draw(0...800_000) : 0)
  }
}
