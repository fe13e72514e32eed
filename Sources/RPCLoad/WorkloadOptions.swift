import ArgumentParser
import LoadTest

/// What the requests of the built-in workload ask.
struct WorkloadOptions: ParsableArguments {
  private static let standard = WorkloadSettings()

  @Option(
    help: ArgumentHelp(
      "Kinds of requests with their weights. (default: \(RequestMix.standard))",
      valueName: "kind=weight,…"),
    transform: RequestMix.init(parsing:))
  var mix: RequestMix?

  @Option(help: "How many SKUs are asked for, SKU-000001 and on.")
  var skus = WorkloadOptions.standard.skus

  @Option(help: "How uneven SKUs are wanted: 1/rank^zipf; 0 is uniform.")
  var zipf = WorkloadOptions.standard.zipfExponent

  @Option(
    help: ArgumentHelp(
      "Lines of a request. (default: \(standard.lines))", valueName: "range"),
    transform: { try NumberRange(parsing: $0, within: 1...WorkloadSettings.linesMax) })
  var lines = WorkloadOptions.standard.lines

  @Option(
    help: ArgumentHelp(
      "Pieces of each line. (default: \(standard.quantity))", valueName: "range"),
    transform: { try NumberRange(parsing: $0, within: 1...WorkloadSettings.quantityMax) })
  var quantity = WorkloadOptions.standard.quantity

  @Flag(name: .customLong("repeat-sku"), help: "A request may have several lines of one SKU.")
  var repeatsSKU = false

  @Option(
    help: ArgumentHelp(
      "Share of orders with an earlier key and the same body. (default: \(standard.duplicateKeys))",
      valueName: "share"),
    transform: LoadShare.init(parsing:))
  var duplicateKeys = WorkloadOptions.standard.duplicateKeys

  @Option(
    help: ArgumentHelp(
      "Share of orders with an earlier key and another body. (default: \(standard.conflictKeys))",
      valueName: "share"),
    transform: LoadShare.init(parsing:))
  var conflictKeys = WorkloadOptions.standard.conflictKeys

  @Option(help: "Currency of the orders, which has to be the catalogue's.")
  var currency = WorkloadOptions.standard.currency

  @Option(
    help: ArgumentHelp(
      """
      Fixes everything random, keys of orders included: the same seed against the same database \
      repeats the same orders. (default: drawn and printed)
      """, valueName: "number"))
  var seed: UInt64?

  @Flag(help: "Raise the stock of every SKU to --stock before the run.")
  var prepare = false

  @Option(help: "Pieces available of each SKU after --prepare.")
  var stock: Int64 = 1_000_000

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      """
      Compare the services' books with their answers after the run; nobody else may order \
      meanwhile. (default: --verify for a --mix with place-order)
      """))
  var verify: Bool?

  @Option(
    help: ArgumentHelp(
      """
      How long --verify waits for what is pending. (default: \(RunConfiguration.standard.settle))
      """, valueName: "duration"),
    transform: LoadDuration.init(parsing:))
  var settle = RunConfiguration.standard.settle

  func apply(to configuration: inout RunConfiguration) {
    var settings = WorkloadSettings()
    settings.content = .mix(mix ?? .standard)
    settings.seed = seed ?? UInt64.random(in: 0...WorkloadSettings.seedMax)
    settings.skus = skus
    settings.zipfExponent = zipf
    settings.lines = lines
    settings.quantity = quantity
    settings.repeatsSKU = repeatsSKU
    settings.duplicateKeys = duplicateKeys
    settings.conflictKeys = conflictKeys
    settings.currency = currency
    configuration.workload = settings
    configuration.verifies = verify ?? settings.sends(.placeOrder)
    configuration.settle = settle
    configuration.preparedStock = prepare ? stock : nil
  }
}
