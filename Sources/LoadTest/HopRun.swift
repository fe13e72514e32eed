public import Logging

/// The price of the JSON edge: slices over RPC and over REST by turns, with the same seed and rate,
/// so that both meet the same machine in the same mood.
public struct HopRun: Sendable {
  /// Makes one run; tests put a model of the servers here.
  typealias Trial = @Sendable (RunConfiguration, RunControl) async throws(LoadError) -> RunResult

  private let configuration: RunConfiguration
  private let streams: Int
  private let pairs: Int
  private let trial: Trial

  public static let sliceLengthDefault = LoadDuration.seconds(5)
  /// The least that gives an interval as wide as the difference is certain.
  public static let pairsDefault = 5
  /// A day of slices of five seconds.
  public static let pairsMax = 10_000

  /// - Parameters:
  ///   - configuration: of the REST slices; its duration is that of one slice.
  ///   - streams: requests in flight on one connection of the RPC slices at most.
  ///   - pairs: how many slices there are of each kind.
  public init(
    _ configuration: RunConfiguration, streams: Int, pairs: Int, logger: Logger
  ) throws(LoadError) {
    try self.init(configuration, streams: streams, pairs: pairs) {
      (slice, control) throws(LoadError) -> RunResult in
      try await LoadRun(slice, logger: logger).run(control: control) { _ in }
    }
  }

  init(
    _ configuration: RunConfiguration, streams: Int, pairs: Int, trial: @escaping Trial
  ) throws(LoadError) {
    guard configuration.rest != nil else {
      throw LoadError(.contradiction("--hop needs --rest"))
    }
    guard case .open(.constant, _) = configuration.load else {
      throw LoadError(
        .contradiction("--hop needs one --rate, so that both ways are offered the same load"))
    }
    guard case .duration = configuration.ending else {
      throw LoadError(.contradiction("--hop and --count exclude each other"))
    }
    guard (1...Self.pairsMax).contains(pairs) else {
      throw LoadError(
        .contradiction("--pairs \(pairs) is not within 1 and \(Self.pairsMax)"))
    }
    self.configuration = configuration
    self.streams = streams
    self.pairs = pairs
    self.trial = trial
    try slice(1, .rest).validate()
    try slice(1, .rpc).validate()
  }

  /// Orders of each slice have keys of their own, else the second of a pair would place none.
  private func slice(_ pair: Int, _ carrier: HopSlice.Carrier) -> RunConfiguration {
    var configuration = configuration
    configuration.workload.slice = UInt64(pair) * 2 + (carrier == .rest ? 1 : 0)
    if carrier == .rpc {
      configuration.rest = nil
      configuration.streams = streams
    }
    // Each slice takes the same from every shelf, so one filling is enough.
    if pair > 1 || carrier == .rest { configuration.preparedStock = nil }
    return configuration
  }

  /// - Parameter progress: gets each slice when it is over.
  public func run(
    control: RunControl, progress: @Sendable (HopSlice) -> Void
  ) async throws(LoadError) -> HopResult {
    var slices: [HopSlice] = []
    for pair in 1...pairs {
      var both: [HopSlice] = []
      for carrier in HopSlice.Carrier.allCases where control.interruption == nil {
        let result = try await trial(slice(pair, carrier), RunControl(under: control))
        if control.interruption != nil { break }
        let slice = HopSlice(pair: pair, carrier, result)
        both.append(slice)
        progress(slice)
      }
      guard both.count == HopSlice.Carrier.allCases.count else { break }
      slices += both
    }
    return HopResult(
      configuration: configuration, slices: slices, interruption: control.interruption)
  }
}
