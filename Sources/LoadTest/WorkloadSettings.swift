/// What is sent: everything that, with the index of a request, fixes its bytes.
public struct WorkloadSettings: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    case mix(RequestMix)
    /// A method of any server with messages of the user's own.
    case method(RawMethod)
  }

  public var content: Content = .mix(.standard)
  public var seed: UInt64 = 0
  /// Which of several runs with one seed this is. All of them ask the same, but with keys and
  /// customers of their own: else the second would only hear the first one's orders again.
  public var slice: UInt64 = 0
  public var skus = 10_000
  public var zipfExponent = 1.1
  public var lines = NumberRange(1...3)
  public var quantity = NumberRange(1...2)
  public var repeatsSKU = false
  public var duplicateKeys = LoadShare.zero
  public var conflictKeys = LoadShare.zero
  /// ISO 4217 code that orders are placed in; it has to be the catalogue's.
  public var currency = "EUR"

  public init() {}

  /// Numbers above this lose digits in readers of JSON that keep numbers as doubles.
  public static let seedMax: UInt64 = (1 << 53) - 1
  /// The alias table takes 12 bytes for each, and the names have six digits.
  public static let skusMax = 999_999
  /// Beyond this every draw is the first rank.
  public static let zipfExponentMax = 10.0
  /// What one order may hold by the contract of the orders service.
  public static let linesMax = 100
  public static let quantityMax = 1_000_000
  /// The default limit of gRPC servers for one message.
  public static let bodyBytesMax = 4 * 1024 * 1024

  /// Whether requests of `kind` are ever sent.
  public func sends(_ kind: RequestKind) -> Bool {
    switch content {
    case .mix(let mix): mix.includes(kind)
    case .method: kind == .raw
    }
  }

  /// Whether answers to orders have to be read, because other requests ask for those orders.
  var readsOrders: Bool { RequestKind.allCases.contains { $0.needsOrder && sends($0) } }

  /// The kinds that are ever sent.
  public var kinds: [RequestKind] { RequestKind.allCases.filter { sends($0) } }

  /// Refuses what cannot be drawn.
  public func validate() throws(LoadError) {
    try Self.check(seed <= Self.seedMax, "--seed \(seed) is above \(Self.seedMax)")
    try Self.check(
      (1...Self.skusMax).contains(skus), "--skus \(skus) is not within 1 and \(Self.skusMax)")
    try Self.check(
      zipfExponent >= 0 && zipfExponent <= Self.zipfExponentMax,
      "--zipf \(zipfExponent) is not within 0 and \(Self.zipfExponentMax)")
    try Self.check(
      repeatsSKU || lines.highest <= skus,
      "--lines \(lines) asks for more SKUs than --skus \(skus); --repeat-sku would allow it")
    try Self.check(
      duplicateKeys.value + conflictKeys.value <= 1,
      "--duplicate-keys and --conflict-keys together are more than 100%")
    try Self.check(
      currency.utf8.count == 3 && currency.allSatisfy { ("A"..."Z").contains($0) },
      "--currency \(currency) is not three capital letters of ISO 4217")
  }

  private static func check(_ holds: Bool, _ sentence: String) throws(LoadError) {
    if !holds { throw LoadError(.contradiction(sentence)) }
  }
}
