/// First in, first out, in memory that is used again: an array that shifts its elements would make
/// a long queue slower the longer it is.
struct Queue<Element> {
  private var storage: [Element?] = []
  private var first = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  var head: Element? { count == 0 ? nil : storage[first] }

  mutating func append(_ element: Element) {
    if count == storage.count { grow() }
    storage[(first + count) & (storage.count - 1)] = element
    count += 1
  }

  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = storage[first]
    storage[first] = nil
    first = (first + 1) & (storage.count - 1)
    count -= 1
    return element
  }

  /// The size is a power of two, so that a place is found by a mask.
  private mutating func grow() {
    var larger = [Element?](repeating: nil, count: max(16, storage.count * 2))
    for number in 0..<count { larger[number] = storage[(first + number) & (storage.count - 1)] }
    storage = larger
    first = 0
  }
}
