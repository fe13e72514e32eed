/// What is known of the addresses behind a client's targets, and when to ask again.
///
/// A failed answer keeps what was known of its name. Asking for want of addresses is always
/// allowed, asking again because a connection was lost at most once in `intervalMin`: a server that
/// goes through its restarts must not turn its clients into a load on the name server.
struct Resolution {
  private let intervalMin: Duration
  private var known: [Int: [Endpoint]] = [:]
  private let targets: [Target]
  private var askedAt: UInt64?
  private var isAsking = false
  /// Why the first of the names that failed did so.
  private(set) var failure: String?

  init(_ targets: [Target], intervalMin: Duration) {
    self.targets = targets
    self.intervalMin = intervalMin
    for (index, target) in targets.enumerated() {
      if case .endpoints(let endpoints) = target.place { known[index] = endpoints }
    }
  }

  /// The names to ask for, by target; empty when there is nothing to ask.
  var names: [(index: Int, name: HostPort)] {
    targets.enumerated().compactMap { index, target in
      if case .name(let name) = target.place { (index, name) } else { nil }
    }
  }

  /// All of them in the order of the targets, each once.
  var endpoints: [Endpoint] {
    var seen: Set<Endpoint> = []
    return targets.indices.flatMap { known[$0] ?? [] }.filter { seen.insert($0).inserted }
  }

  /// - Parameters:
  ///   - now: in nanoseconds.
  ///   - isNeeded: whether nothing can be connected to without an answer.
  /// - Returns: whether to ask now.
  mutating func ask(now: UInt64, isNeeded: Bool) -> Bool {
    guard !isAsking, !names.isEmpty else { return false }
    if !isNeeded, let askedAt,
      Duration.nanoseconds(Int64(clamping: now - min(now, askedAt))) < intervalMin
    {
      return false
    }
    askedAt = now
    isAsking = true
    return true
  }

  /// All names were answered or failed.
  mutating func answered(_ answers: [(index: Int, Result<[HostPort], ResolveError>)]) {
    isAsking = false
    failure = nil
    for (index, answer) in answers {
      guard case .name(let name) = targets[index].place else { continue }
      let endpoints = (try? answer.get())?.compactMap { Endpoint($0, of: name) } ?? []
      if !endpoints.isEmpty {
        known[index] = endpoints
      } else if failure == nil {
        if case .failure(let error) = answer {
          failure = "\(name): \(error)"
        } else {
          failure = "\(name): the name has no addresses"
        }
      }
    }
  }
}
