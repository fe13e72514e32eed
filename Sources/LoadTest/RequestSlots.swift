/// The requests under way of one worker. A slot is used again when its request has ended, so that
/// a request costs no memory of its own.
struct RequestSlots {
  struct Request {
    var index: UInt64
    var kind: RequestKind
    var required: RequiredAnswer?
    var step: Int
    /// False for a warm-up request, which is in no figure.
    var isMeasured: Bool
    var intended: UInt64?
    var picked: UInt64
    var hasWaited: Bool
    /// Which of the worker's connections carries it.
    var connection: Int
  }

  /// Names a request even after its slot has been used again.
  struct Ticket: Equatable {
    var slot: Int
    var generation: UInt32
  }

  private var requests: [Request?] = []
  private var generations: [UInt32] = []
  private var free: [Int] = []
  private(set) var count = 0

  mutating func open(_ request: Request) -> Ticket {
    count += 1
    guard let slot = free.popLast() else {
      requests.append(request)
      generations.append(0)
      return Ticket(slot: requests.count - 1, generation: 0)
    }
    requests[slot] = request
    generations[slot] &+= 1
    return Ticket(slot: slot, generation: generations[slot])
  }

  /// Takes the request out; nil when it has ended before.
  mutating func close(_ slot: Int) -> Request? {
    guard requests.indices.contains(slot), let request = requests[slot] else { return nil }
    requests[slot] = nil
    free.append(slot)
    count -= 1
    return request
  }

  func isOpen(_ ticket: Ticket) -> Bool {
    requests[ticket.slot] != nil && generations[ticket.slot] == ticket.generation
  }

  func connection(of slot: Int) -> Int? { requests[slot]?.connection }

  /// The slots of open requests.
  var open: [Int] { requests.indices.filter { requests[$0] != nil } }
}
