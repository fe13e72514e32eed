/// The kinds of a workload with their weights: `check-stock=80,place-order=20`.
public struct RequestMix: Equatable, Sendable, CustomStringConvertible {
  public struct Share: Equatable, Sendable {
    public let kind: RequestKind
    public let weight: UInt64
  }

  public let shares: [Share]
  private let total: UInt64

  /// Two kinds at this weight cannot overflow a sum, and finer shares than one in a million
  /// requests could not be told apart in any run.
  public static let weightMax: UInt64 = 1_000_000

  public static let standard = RequestMix(shares: [
    Share(kind: .checkStock, weight: 80), Share(kind: .placeOrder, weight: 20),
  ])

  private init(shares: [Share]) {
    self.shares = shares
    total = shares.reduce(0) { $0 + $1.weight }
  }

  public init(parsing text: String) throws(LoadError) {
    let names = RequestKind.allCases.filter { $0 != .raw }.map(\.rawValue)
    let expected =
      "a mix such as check-stock=80,place-order=20 "
      + "(\(names.joined(separator: ", ")), each once, whole weights up to \(Self.weightMax))"
    let refusal = LoadError(.invalidValue(value: text, expected: expected))
    var shares: [Share] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let name = pair.first, let digits = pair.last,
        let kind = RequestKind(rawValue: String(name)), kind != .raw,
        digits.allSatisfy({ $0.isASCII && $0.isNumber }),
        let weight = UInt64(digits), weight <= Self.weightMax,
        !shares.contains(where: { $0.kind == kind })
      else { throw refusal }
      shares.append(Share(kind: kind, weight: weight))
    }
    self.init(shares: shares)
    guard total > 0 else { throw refusal }
  }

  /// Whether any request of this kind is ever drawn.
  public func includes(_ kind: RequestKind) -> Bool {
    shares.contains { $0.kind == kind && $0.weight > 0 }
  }

  func pick(from random: inout RandomSource) -> RequestKind {
    var ticket = random.below(total)
    for share in shares {
      if ticket < share.weight { return share.kind }
      ticket -= share.weight
    }
    return shares.last?.kind ?? .checkStock  // Unreachable: the ticket is below the total.
  }

  public var description: String {
    shares.map { "\($0.kind.rawValue)=\($0.weight)" }.joined(separator: ",")
  }
}
