/// A process: it can be killed, which ends everything it was about to do, and stopped for a while,
/// which puts everything off.
final class SimNode {
  let name: String
  let world: SimWorld
  private(set) var isUp = true
  private(set) var life = 0
  /// Added to the world's clock to make this process's time of day.
  var wallOffset: Int64 = 0
  private var stoppedUntil: Int64 = 0
  /// Told when the process dies: calls and sessions that end with it.
  private var mourners: [Int: () -> Void] = [:]
  private var nextMourner = 0
  var didStart: () -> Void = {}

  init(_ name: String, in world: SimWorld) {
    self.name = name
    self.world = world
  }

  var wallClock: Int64 { 1_700_000_000_000_000 + world.now + wallOffset }

  /// Does something here later, unless the process dies first.
  func after(_ delay: Int64, _ run: @escaping () -> Void) {
    let life = life
    world.after(delay) { [self] in
      guard isUp, self.life == life else { return }
      if stoppedUntil > world.now {
        after(stoppedUntil - world.now, run)
      } else {
        run()
      }
    }
  }

  func kill() {
    guard isUp else { return }
    isUp = false
    life += 1
    let told = mourners.sorted { $0.key < $1.key }.map(\.value)
    mourners = [:]
    for mourner in told { mourner() }
  }

  func start() {
    guard !isUp else { return }
    isUp = true
    didStart()
  }

  func stop(for time: Int64) { stoppedUntil = world.now + time }

  func onDeath(_ run: @escaping () -> Void) -> Int {
    nextMourner += 1
    mourners[nextMourner] = run
    return nextMourner
  }

  func forget(_ mourner: Int) { mourners[mourner] = nil }
}
