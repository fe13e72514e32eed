/// Many timers of one event loop, most of which are cancelled before they fire. Setting and
/// cancelling one costs no allocation once the wheel has grown, and no system call.
///
/// Six levels of 64 slots; a slot of level n spans 64ⁿ ticks. A timer lies in the level of the
/// highest bit in which its tick differs from the present, and moves down as time comes nearer:
///
///     level 0  | tick | tick | …        fires
///     level 1  |  64 ticks |  …         moves to level 0 when its slot begins
///     level 5  |  64⁵ ticks | …         beyond it, timers wait in its last slot and are set again
///
/// (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987)
struct TimerWheel<Payload> {
  /// Names one timer, also when its place was used again for another.
  struct Token: Equatable {
    fileprivate let index: Int32
    fileprivate let generation: UInt32
  }

  private struct Node {
    var payload: Payload?
    var tick: UInt64 = 0
    var generation: UInt32 = 0
    var slot: Int32 = -1
    var previous: Int32 = -1
    var next: Int32 = -1
  }

  private static var levels: Int { 6 }
  private static var slotBits: Int { 6 }
  private static var slotsOfLevel: Int { 64 }

  private var nodes: [Node] = []
  private var firstFree: Int32 = -1
  private var heads: [Int32]
  /// A bit for each slot that is not empty, level by level.
  private var occupied: [UInt64]
  /// All timers up to this tick have fired.
  private(set) var elapsed: UInt64
  private(set) var count = 0

  init(now tick: UInt64) {
    elapsed = tick
    heads = Array(repeating: -1, count: Self.levels * Self.slotsOfLevel)
    occupied = Array(repeating: 0, count: Self.levels)
  }

  /// - Parameter tick: when to fire; one that has passed fires with the next `advance`.
  mutating func insert(_ payload: Payload, at tick: UInt64) -> Token {
    let index: Int32
    if firstFree >= 0 {
      index = firstFree
      firstFree = nodes[Int(index)].next
    } else {
      index = Int32(truncatingIfNeeded: nodes.count)
      nodes.append(Node())
    }
    nodes[Int(index)].payload = payload
    nodes[Int(index)].tick = max(tick, elapsed &+ 1)
    count += 1
    link(index)
    return Token(index: index, generation: nodes[Int(index)].generation)
  }

  /// A timer that has fired, or was cancelled before, is left alone.
  mutating func cancel(_ token: Token) {
    let index = Int(token.index)
    guard nodes.indices.contains(index), nodes[index].generation == token.generation,
      nodes[index].payload != nil
    else { return }
    unlink(token.index)
    _ = release(token.index)
  }

  /// The first tick at which `advance` has something to do; nil without timers.
  var nextTick: UInt64? { nextSlot?.tick }

  /// Takes one timer that is due at `tick`; nil when there is none left.
  mutating func takeDue(at tick: UInt64) -> Payload? {
    while let (level, slot, begin) = nextSlot, begin <= tick {
      elapsed = max(elapsed, begin)
      let place = level * Self.slotsOfLevel + slot
      if level == 0 {
        let index = heads[place]
        unlink(index)
        return release(index)
      }
      // The whole slot at once: what moves down would hide what is left.
      var index = heads[place]
      heads[place] = -1
      occupied[level] &= ~(1 << UInt64(slot))
      while index >= 0 {
        let next = nodes[Int(index)].next
        link(index)
        index = next
      }
    }
    elapsed = max(elapsed, tick)
    return nil
  }

  private var nextSlot: (level: Int, slot: Int, tick: UInt64)? {
    for level in 0..<Self.levels where occupied[level] != 0 {
      let shift = UInt64(level * Self.slotBits)
      let present = Int(truncatingIfNeeded: elapsed >> shift) & (Self.slotsOfLevel - 1)
      let bits = occupied[level]
      // The slots from the present one on, then those of the next turn.
      let rotated = bits >> UInt64(present) | (present == 0 ? 0 : bits << UInt64(64 - present))
      let distance = rotated.trailingZeroBitCount
      let begin = (elapsed >> shift &+ UInt64(distance)) << shift
      return (level, (present + distance) & (Self.slotsOfLevel - 1), begin)
    }
    return nil
  }

  private mutating func link(_ index: Int32) {
    // What lies beyond the wheel waits at its rim, one slot short of a full turn: in the slot of
    // the present it would be found, and put back, for ever.
    let rimShift = UInt64((Self.levels - 1) * Self.slotBits)
    let rim = (elapsed >> rimShift &+ UInt64(Self.slotsOfLevel - 1)) << rimShift
    let tick = min(nodes[Int(index)].tick, rim)
    let difference = tick ^ elapsed | UInt64(Self.slotsOfLevel - 1)
    let level = min(Self.levels - 1, (63 - difference.leadingZeroBitCount) / Self.slotBits)
    let slot =
      Int(truncatingIfNeeded: tick >> UInt64(level * Self.slotBits)) & (Self.slotsOfLevel - 1)
    let place = level * Self.slotsOfLevel + slot
    let next = heads[place]
    nodes[Int(index)].slot = Int32(truncatingIfNeeded: place)
    nodes[Int(index)].previous = -1
    nodes[Int(index)].next = next
    if next >= 0 { nodes[Int(next)].previous = index }
    heads[place] = index
    occupied[level] |= 1 << UInt64(slot)
  }

  private mutating func unlink(_ index: Int32) {
    let node = nodes[Int(index)]
    if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
    if node.previous >= 0 {
      nodes[Int(node.previous)].next = node.next
    } else {
      heads[Int(node.slot)] = node.next
      if node.next < 0 {
        occupied[Int(node.slot) / Self.slotsOfLevel] &=
          ~(1 << UInt64(Int(node.slot) % Self.slotsOfLevel))
      }
    }
  }

  private mutating func release(_ index: Int32) -> Payload? {
    defer {
      nodes[Int(index)].payload = nil
      nodes[Int(index)].generation &+= 1
      nodes[Int(index)].next = firstFree
      firstFree = index
      count -= 1
    }
    return nodes[Int(index)].payload
  }
}
