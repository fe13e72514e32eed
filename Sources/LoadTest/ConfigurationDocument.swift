internal import RPC

/// A configuration as JSON: with it and the seed the same run can be made again.
struct ConfigurationDocument: Sendable {
  let configuration: RunConfiguration

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
  }

  var value: JSONValue {
    let kinds = RequestKind.allCases.filter { configuration.workload.sends($0) }
    return [
      "loop": .text(configuration.load.isOpen ? "open" : "closed"),
      "rate": rate, "arrivals": arrivals,
      "pacing": .text(configuration.pacing.rawValue),
      "step_ns": .optional(configuration.stepLength) { .integer($0.nanoseconds) },
      "shed_after_ns": .optional(configuration.shedAfter) { .integer($0.nanoseconds) },
      "threads": .integer(UInt64(configuration.threads)),
      "interval_ns": .integer(configuration.interval.nanoseconds),
      // An open loop has none: what is in flight follows from its schedule.
      "concurrency": configuration.load.isOpen
        ? .null : .integer(UInt64(configuration.concurrency)),
      "connections": .integer(UInt64(configuration.connections)),
      "streams": .integer(UInt64(configuration.streams)),
      "duration_ns": .optional(configuration.length) { .integer($0.nanoseconds) },
      "count": .optional(count) { .integer($0) },
      "warmup_ns": .integer(configuration.warmUp.nanoseconds),
      "drain_ns": .integer(configuration.drain.nanoseconds),
      "timeout_ns": .optional(configuration.timeout) { .integer($0.nanoseconds) },
      "metadata": .array(configuration.metadata.entries.map { .text($0.name) }),
      "prepared_stock": .optional(configuration.preparedStock) {
        .integer($0.magnitude)  // Validated to be at least 1.
      },
      // Absent where it is not so, as in results that were written before it could be.
      "rest": configuration.rest == nil ? .null : .bool(true),
      "tls": .bool(configuration.tls != nil),
      "servers": .object(
        configuration.servers.map {
          .init(name: "\($0.role)", value: .text($0.address.description))
        }),
      "expected": .object(
        kinds.map { kind in
          let names = configuration.expectation.list(for: kind).map { JSONValue.text($0) }
          return .init(name: kind.rawValue, value: .array(names))
        }),
      "workload": workload,
    ]
  }

  private var rate: JSONValue {
    if case .open(let profile, _) = configuration.load { .text("\(profile)") } else { .null }
  }

  private var arrivals: JSONValue {
    if case .open(_, let arrivals) = configuration.load { .text(arrivals.rawValue) } else { .null }
  }

  private var count: UInt64? {
    if case .count(let count) = configuration.ending { count } else { nil }
  }

  private var workload: JSONValue {
    let settings = configuration.workload
    switch settings.content {
    case .method(let method):
      return [
        "method": .text(method.name),
        "bodies": .integer(UInt64(method.bodies.count)),
        "body_bytes": .integer(UInt64(method.bodies.reduce(0) { $0 + $1.count })),
      ]
    case .mix(let mix):
      return [
        "mix": .object(
          mix.shares.map { .init(name: $0.kind.rawValue, value: .integer($0.weight)) }),
        "skus": .integer(UInt64(settings.skus)),
        "zipf": .number(settings.zipfExponent),
        "lines": .text(settings.lines.description),
        "quantity": .text(settings.quantity.description),
        "repeat_sku": .bool(settings.repeatsSKU),
        "duplicate_keys": .number(settings.duplicateKeys.value),
        "conflict_keys": .number(settings.conflictKeys.value),
        "currency": .text(settings.currency),
      ]
    }
  }
}
