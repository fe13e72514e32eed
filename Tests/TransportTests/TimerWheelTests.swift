import TestSupport
import Testing

@testable import Transport

@Suite struct TimerWheelTests {
  /// All timers due at `tick`, in the order in which they fire.
  private static func due(_ wheel: inout TimerWheel<Int>, at tick: UInt64) -> [Int] {
    var due: [Int] = []
    while let payload = wheel.takeDue(at: tick) { due.append(payload) }
    return due
  }

  @Test func `a timer fires at its tick and not before`() {
    for delay: UInt64 in [1, 2, 63, 64, 65, 4095, 4096, 4097, 262_143, 262_144, 1 << 36, 1 << 40] {
      var wheel = TimerWheel<Int>(now: 1_000_003)
      _ = wheel.insert(7, at: 1_000_003 + delay)
      #expect(Self.due(&wheel, at: 1_000_003 + delay - 1) == [], "\(delay)")
      #expect(Self.due(&wheel, at: 1_000_003 + delay) == [7], "\(delay)")
      #expect(wheel.count == 0 && wheel.nextTick == nil)
    }
  }

  @Test func `a timer in the past fires with the next turn`() {
    var wheel = TimerWheel<Int>(now: 100)
    _ = wheel.insert(1, at: 5)
    #expect(Self.due(&wheel, at: 101) == [1])
  }

  @Test func `a cancelled timer does not fire, and its token names no later one`() {
    var wheel = TimerWheel<Int>(now: 0)
    let first = wheel.insert(1, at: 10)
    wheel.cancel(first)
    let second = wheel.insert(2, at: 10)
    wheel.cancel(first)
    #expect(first != second && wheel.count == 1)
    #expect(Self.due(&wheel, at: 10) == [2])
    wheel.cancel(second)
    #expect(wheel.count == 0)
  }

  @Test(arguments: 0..<20) func `it agrees with a sorted list whatever is done to it`(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    var now = UInt64.random(in: 0...1 << 40, using: &random)
    var wheel = TimerWheel<Int>(now: now)
    var model: [Int: (tick: UInt64, token: TimerWheel<Int>.Token)] = [:]
    for step in 0..<3000 {
      switch UInt64.random(in: 0..<10, using: &random) {
      case 0..<6:
        let bits = UInt64.random(in: 0...38, using: &random)
        let tick = now + 1 + UInt64.random(in: 0..<(1 << bits), using: &random)
        model[step] = (tick, wheel.insert(step, at: tick))
      case 6..<8:
        guard let victim = model.keys.sorted().randomElement(using: &random) else { continue }
        if let token = model.removeValue(forKey: victim)?.token { wheel.cancel(token) }
      default:
        let bits = UInt64.random(in: 0...34, using: &random)
        now += UInt64.random(in: 0..<(1 << bits), using: &random)
        let wanted = model.filter { $0.value.tick <= now }.keys.sorted()
        #expect(Self.due(&wheel, at: now).sorted() == wanted)
        for key in wanted { model[key] = nil }
      }
      #expect(wheel.count == model.count)
      // The wheel asks to be turned no later than the first timer is due.
      if let first = model.values.map(\.tick).min() {
        #expect(wheel.nextTick.map { $0 <= first } == true)
      }
    }
  }
}
