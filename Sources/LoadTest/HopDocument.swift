/// A hop as one JSON object: the figures of both ways, their difference, and every slice with all
/// that a run has.
public struct HopDocument: Sendable {
  static let kind = "hop"

  private let hop: HopResult

  public init(_ hop: HopResult) {
    self.hop = hop
  }

  public var text: String { value.document }

  public var value: JSONValue {
    [
      "schema": .integer(ResultDocument.schema),
      "kind": .text(Self.kind),
      "tool": ["name": .text("rpcload"), "version": .text(ToolVersion.version)],
      "configuration": ConfigurationDocument(hop.configuration).value,
      "seed": .integer(hop.configuration.workload.seed),
      "pairs": .integer(UInt64(hop.pairs.count)),
      "interrupted": .bool(hop.interruption != nil),
      "certified": .bool(hop.isCertified),
      "figures": .array(HopResult.percentiles.compactMap(figure)),
      "edge_us_per_request": .optional(hop.edgeCost) { .object(Self.members($0, "us")) },
      "edge_impossible": .optional(hop.edgeCostCause) { .text($0) },
      "slices": .array(hop.slices.map(slice)),
      "exit_code": .integer(UInt64(max(0, hop.exitCode))),
    ]
  }

  private func figure(_ percentile: Percentile) -> JSONValue? {
    guard let figure = hop.figure(percentile) else { return nil }
    let head = [
      JSONValue.Member(name: "percentile", value: .number(percentile.value)),
      JSONValue.Member(name: "rough", value: .bool(figure.isRough)),
    ]
    return .object(head + Self.members(figure, "ns"))
  }

  /// `half_width` is null for a single pair, which says nothing of its spread.
  private static func members(_ figure: HopFigure, _ unit: String) -> [JSONValue.Member] {
    [
      .init(name: "rpc_\(unit)", value: .number(figure.rpc)),
      .init(name: "rest_\(unit)", value: .number(figure.rest)),
      .init(name: "difference_\(unit)", value: .number(figure.difference.mean)),
      .init(
        name: "half_width_\(unit)",
        value: .optional(figure.difference.halfWidth) { .number($0) }),
    ]
  }

  private func slice(_ slice: HopSlice) -> JSONValue {
    [
      "pair": .integer(UInt64(slice.pair)), "over": .text(slice.carrier.rawValue),
      "result": ResultDocument(slice.result).value,
    ]
  }
}
