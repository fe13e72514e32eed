import TestSupport

/// A world of its own for one seed: one clock, one queue of what happens next, one source of
/// chance. Nothing in it happens by itself, so a seed always tells the same story.
final class SimWorld {
  /// Microseconds since the world began. It never jumps; wall clocks do.
  private(set) var now: Int64 = 0
  var random: SeededRandom
  /// Grows with everything that happens; two runs of one seed have the same.
  private(set) var trace: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var happened = 0

  private struct Entry {
    let time: Int64
    /// Of two at the same time the one that was planned first.
    let order: UInt64
    let run: () -> Void
  }

  private var heap: [Entry] = []
  private var planned: UInt64 = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  func after(_ delay: Int64, _ run: @escaping () -> Void) {
    planned += 1
    heap.append(Entry(time: now + max(0, delay), order: planned, run: run))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard precedes(heap[child], heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Lets things happen until none is left or `end` has come.
  func run(until end: Int64) {
    while let first = heap.first, first.time <= end {
      pop()
      now = first.time
      happened += 1
      note(first.order)
      first.run()
    }
    now = max(now, end)
  }

  func forgetAll() { heap = [] }

  func note(_ number: UInt64) {
    trace = (trace ^ number ^ UInt64(bitPattern: now)) &* 0x0000_0100_0000_01B3
  }

  /// True once in `count` times.
  func chance(oneIn count: Int) -> Bool {
    count > 0 && Int.random(in: 0..<count, using: &random) == 0
  }

  func draw(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

  func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private func precedes(_ one: Entry, _ other: Entry) -> Bool {
    (one.time, one.order) < (other.time, other.order)
  }

  private func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return }
      let right = left + 1
      let child = right < heap.count && precedes(heap[right], heap[left]) ? right : left
      guard precedes(heap[child], heap[parent]) else { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
