import Testing

@testable import HTTP2

@Suite struct StreamTableTests {
  @Test func `it agrees with a dictionary over a long life`() {
    let table = StreamTable<Int>()
    var model: [Int32: Int] = [:]
    var random = SystemRandomNumberGenerator()
    var next: Int32 = 1
    for step in 0..<200_000 {
      if model.count < 300, Bool.random(using: &random) {
        table.insert(step, for: StreamID(rawValue: next))
        model[next] = step
        next += 2
      } else if let key = model.keys.first {
        let removed = table.remove(StreamID(rawValue: key))
        #expect(removed == model.removeValue(forKey: key))
      }
      if step % 1000 == 0 {
        for key in stride(from: Int32(1), to: next, by: 2).suffix(2000) {
          #expect(table[StreamID(rawValue: key)] == model[key])
        }
        #expect(table.count == model.count)
      }
    }
    var seen: [Int32: Int] = [:]
    table.forEach { seen[$0.rawValue] = $1 }
    #expect(seen == model)
  }

  @Test func `a stream open for long does not get in the way of later ones`() {
    let table = StreamTable<Int32>()
    table.insert(1, for: StreamID(rawValue: 1))
    for key in stride(from: Int32(3), to: 1_000_001, by: 2) {
      table.insert(key, for: StreamID(rawValue: key))
      #expect(table[StreamID(rawValue: key)] == key)
      let removed = table.remove(StreamID(rawValue: key))
      #expect(removed == key)
    }
    #expect(table[StreamID(rawValue: 1)] == 1)
    let state = unsafe table.places.pointee
    #expect(state.places == 16 && state.overflowCount == 0)
  }

  @Test(arguments: [0, -1, .min] as [Int32])
  func `what is no stream is not taken`(_ number: Int32) {
    let table = StreamTable<Int>()
    table.insert(1, for: StreamID(rawValue: number))
    #expect(table[StreamID(rawValue: number)] == nil)
    let removed = table.remove(StreamID(rawValue: number))
    #expect(removed == nil)
    #expect(table.count == 0)
  }

  @Test func `inserting again replaces`() {
    let table = StreamTable<Int>()
    table.insert(1, for: StreamID(rawValue: 7))
    table.insert(2, for: StreamID(rawValue: 7))
    #expect(table[StreamID(rawValue: 7)] == 2 && table.count == 1)
    table.removeAll()
    #expect(table[StreamID(rawValue: 7)] == nil && table.count == 0)
  }

  /// Streams 1 and 33 share a place of a table of sixteen, so one of them is in the overflow.
  @Test func `an update changes the element where it lies, and a throw keeps what was changed`()
    throws
  {
    struct Refused: Error {}
    let table = StreamTable<[Int]>()
    for number in [1, 33] as [Int32] { table.insert([0], for: StreamID(rawValue: number)) }
    for number in [1, 33] as [Int32] {
      let stream = StreamID(rawValue: number)
      let count = table.update(stream) { element in
        element.append(Int(number))
        return element.count
      }
      #expect(count == 2)
      #expect(throws: Refused.self) {
        try table.update(stream) { element throws(Refused) in
          element.append(9)
          throw Refused()
        }
      }
      #expect(table[stream] == [0, Int(number), 9])
    }
    for missing in [0, -1, 3, 65] as [Int32] {
      #expect(table.update(StreamID(rawValue: missing)) { $0.count } == nil)
    }
    #expect(table.count == 2)
  }

  @Test func `elements go when their streams, or the table, go`() {
    final class Element {}
    weak var removed: Element?
    weak var kept: Element?
    do {
      let table = StreamTable<Element>()
      for number in stride(from: Int32(1), to: 200, by: 2) {
        let element = Element()
        if number == 1 { removed = element }
        if number == 199 { kept = element }
        table.insert(element, for: StreamID(rawValue: number))
      }
      table.remove(StreamID(rawValue: 1))
      #expect(removed == nil && kept != nil && table.count == 99)
    }
    #expect(kept == nil)
  }

  @Test func `a discarded element goes, in its place and in the overflow`() {
    final class Element {}
    let table = StreamTable<Element>()
    weak var placed: Element?
    weak var overflown: Element?
    do {
      let (one, thirtyThree) = (Element(), Element())
      (placed, overflown) = (one, thirtyThree)
      table.insert(one, for: StreamID(rawValue: 1))
      table.insert(thirtyThree, for: StreamID(rawValue: 33))
    }
    #expect(placed != nil && overflown != nil)
    for missing in [0, -1, 3, 65] as [Int32] { table.discard(StreamID(rawValue: missing)) }
    #expect(table.count == 2)
    table.discard(StreamID(rawValue: 33))
    #expect(overflown == nil && placed != nil && table.count == 1)
    table.discard(StreamID(rawValue: 1))
    #expect(placed == nil && table.count == 0)
  }
}
