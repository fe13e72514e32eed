import Operations
import RPC
import Testing

/// Time is what the test says: `now` is always "no time has passed", and a deadline is either long
/// past or an hour away.
@Suite struct FlusherStateTests {
  typealias State = FlusherState<Member, Int>
  static let now = Deadline.after(.zero)
  static let soon = Deadline.after(.seconds(3_600))
  static let later = Deadline.after(.seconds(7_200))

  static func item(_ name: Int) -> (item: Member, waiter: Int) {
    (Member(name: name, lineCount: 1), name)
  }

  static func state(waitingMax: Int = 10) -> State {
    State(caps: BatchCaps(), waitingMax: waitingMax)
  }

  @Test func `a lone item starts the writer at once and is the whole batch`() {
    var state = Self.state()
    let admission = state.submit([Self.item(1)], deadline: .never, now: Self.now)
    #expect(admission == .accepted(first: 0, start: true, alarm: nil))
    #expect(state.nextBatch(now: Self.now).batch?.map(\.name) == [1])
    #expect(state.finish() == [1])
    #expect(state.nextBatch(now: Self.now).batch == nil)
    #expect(state.isIdle)
  }

  @Test func `all that came while a batch was in flight is the next, in order`() {
    var state = Self.state()
    _ = state.submit([Self.item(1)], deadline: .never, now: Self.now)
    _ = state.nextBatch(now: Self.now)
    for name in 2...5 {
      let admission = state.submit([Self.item(name)], deadline: .never, now: Self.now)
      #expect(admission == .accepted(first: UInt64(name - 1), start: false, alarm: nil))
    }
    #expect(state.finish() == [1])
    #expect(state.nextBatch(now: Self.now).batch?.map(\.name) == [2, 3, 4, 5])
    #expect(state.finish() == [2, 3, 4, 5])
  }

  @Test func `a full queue refuses all of what does not fit, and has room again later`() {
    var state = Self.state(waitingMax: 2)
    _ = state.submit([Self.item(1)], deadline: .never, now: Self.now)
    _ = state.nextBatch(now: Self.now)
    _ = state.submit([Self.item(2)], deadline: .never, now: Self.now)
    #expect(
      state.submit([Self.item(3), Self.item(4)], deadline: .never, now: Self.now)
        == .refused(.overloaded))
    #expect(
      state.submit([Self.item(3)], deadline: .never, now: Self.now) != .refused(.overloaded))
    #expect(
      state.submit([Self.item(5)], deadline: .never, now: Self.now) == .refused(.overloaded))
    #expect(state.cancel(1) == 2)
    #expect(
      state.submit([Self.item(6)], deadline: .never, now: Self.now)
        == .accepted(first: 3, start: false, alarm: nil))
  }

  @Test func `a call with more than may wait is taken while nothing waits, and only then`() {
    var state = Self.state(waitingMax: 2)
    let three = [Self.item(1), Self.item(2), Self.item(3)]
    #expect(
      state.submit(three, deadline: .never, now: Self.now)
        == .accepted(first: 0, start: true, alarm: nil))
    #expect(state.submit(three, deadline: .never, now: Self.now) == .refused(.overloaded))
    #expect(
      state.submit([Self.item(4)], deadline: .never, now: Self.now) == .refused(.overloaded))
    #expect(state.nextBatch(now: Self.now).batch?.map(\.name) == [1, 2, 3])
    #expect(
      state.submit(three, deadline: .never, now: Self.now)
        == .accepted(first: 3, start: false, alarm: nil))
    var closed = Self.state(waitingMax: 0)
    #expect(closed.submit(three, deadline: .never, now: Self.now) == .refused(.overloaded))
  }

  @Test func `who expires in the queue is never written, and who expires in flight is`() {
    var state = Self.state()
    _ = state.submit([Self.item(1)], deadline: Self.soon, now: Self.now)
    _ = state.nextBatch(now: Self.now)
    _ = state.submit([Self.item(2)], deadline: Self.soon, now: Self.now)
    _ = state.submit([Self.item(3)], deadline: Self.later, now: Self.now)
    let (expired, alarm) = state.expire(now: Self.soon)
    #expect(expired == [2, 1] && alarm == Self.later)
    #expect(state.finish() == [nil])
    let (batch, late) = state.nextBatch(now: Self.soon)
    #expect(batch?.map(\.name) == [3] && late == [])
  }

  @Test func `the writer drops what expired without any alarm`() {
    var state = Self.state()
    _ = state.submit([Self.item(1)], deadline: Self.soon, now: Self.now)
    _ = state.submit([Self.item(2)], deadline: Self.later, now: Self.now)
    let (batch, expired) = state.nextBatch(now: Self.soon)
    #expect(batch?.map(\.name) == [2] && expired == [1])
    #expect(state.finish() == [2])
    _ = state.submit([Self.item(3)], deadline: Self.soon, now: Self.now)
    let (none, all) = state.nextBatch(now: Self.later)
    #expect(none == nil && all == [3] && state.isIdle)
  }

  @Test func `an alarm is asked for only when it is the earliest`() {
    var state = Self.state()
    #expect(
      state.submit([Self.item(1)], deadline: Self.later, now: Self.now)
        == .accepted(first: 0, start: true, alarm: Self.later))
    #expect(
      state.submit([Self.item(2)], deadline: Self.soon, now: Self.now)
        == .accepted(first: 1, start: false, alarm: Self.soon))
    #expect(
      state.submit([Self.item(3)], deadline: Self.later, now: Self.now)
        == .accepted(first: 2, start: false, alarm: nil))
    let (nobody, next) = state.expire(now: Self.now)
    #expect(nobody == [] && next == Self.soon)
  }

  @Test func `nobody is answered twice`() {
    var state = Self.state()
    _ = state.submit([Self.item(1), Self.item(2)], deadline: Self.soon, now: Self.now)
    #expect(state.cancel(0) == 1)
    #expect(state.cancel(0) == nil)
    #expect(state.cancel(99) == nil)
    #expect(state.nextBatch(now: Self.now).batch?.map(\.name) == [2])
    #expect(state.cancel(1) == 2)
    #expect(state.cancel(1) == nil)
    #expect(state.expire(now: Self.later).expired == [])
    #expect(state.finish() == [nil])
  }

  @Test func `after stop nothing is accepted and what was accepted is written`() {
    var state = Self.state()
    _ = state.submit([Self.item(1)], deadline: .never, now: Self.now)
    state.stop()
    #expect(
      state.submit([Self.item(2)], deadline: .never, now: Self.now) == .refused(.stopping))
    #expect(state.nextBatch(now: Self.now).batch?.map(\.name) == [1])
    #expect(state.finish() == [1])
    #expect(state.nextBatch(now: Self.now).batch == nil)
  }

  @Test func `a deadline already passed is refused at the door`() {
    var state = Self.state()
    #expect(
      state.submit([Self.item(1)], deadline: Self.now, now: Self.now) == .refused(.deadline))
    #expect(state.isIdle)
  }
}
