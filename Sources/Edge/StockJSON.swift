internal import Contracts

/// The bodies of the stock routes, to and from the messages of `inventory.v1`.
enum StockJSON {
  /// Characters of an adjustment's reason.
  private static let reasonLengthMax = 128

  // MARK: Reading

  static func question(_ skus: [String]) -> CheckStockRequest {
    var request = CheckStockRequest()
    request.lines = skus.map { sku in
      var line = StockLine()
      line.sku = sku
      line.quantity = 1  // One piece is the least that may be asked for; only figures are wanted.
      return line
    }
    return request
  }

  /// `{"delta":5,"reason":"receipt","reference":"PO-7","unitPrice":{…}}`
  static func adjustment(_ body: [UInt8], sku: String, actor: String) throws(InputError)
    -> AdjustStockRequest
  {
    do throws(InputError) {
      var delta: Int64?
      var reason: String?
      var reference: String?
      var unitPrice: MoneyJSON?
      var reader = try JSONReader(body)
      try reader.object(["delta", "reason", "reference", "unitPrice"]) {
        (name, reader) throws(InputError) in
        guard !reader.takeNull() else { return }
        switch name {
        case "delta": delta = try Self.delta(from: &reader)
        case "reason": reason = try Self.reason(from: &reader)
        case "reference": reference = try reader.visibleASCII()
        default: unitPrice = try MoneyJSON(from: &reader)
        }
      }
      guard let delta else { throw .missing(".delta") }
      guard let reason else { throw .missing(".reason") }
      guard let reference else { throw .missing(".reference") }
      var item = StockAdjustment()
      item.sku = sku
      item.delta = delta
      item.unitPriceMinor = unitPrice?.minorUnits
      item.currency = unitPrice?.currency
      var request = AdjustStockRequest()
      request.ref = reference
      request.reason = reason
      request.actor = actor
      request.items = [item]
      return request
    } catch {
      throw error.inBody
    }
  }

  private static func delta(from reader: inout JSONReader) throws(InputError) -> Int64 {
    let delta = try reader.integer(in: IntegerBound.delta)
    guard delta != 0 else {
      let bound = IntegerBound.delta
      throw InputError(
        .valueOutOfRange, at: "",
        "must be an integer from \(bound.lowerBound) to \(bound.upperBound) and not 0")
    }
    return delta
  }

  private static func reason(from reader: inout JSONReader) throws(InputError) -> String {
    let reason = try reader.string()
    guard (1...reasonLengthMax).contains(reason.unicodeScalars.count) else {
      throw InputError(
        .invalidValue, at: "", "must have from 1 to \(reasonLengthMax) characters")
    }
    return reason
  }

  // MARK: Writing

  /// `{"items":[{"sku","available","unitPrice"}],"missing":["B"]}`
  static func levels(_ response: CheckStockResponse) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try writer.object { (writer) throws(BoundError) in
      writer.member("items")
      try writer.array(response.lines.lazy.filter(\.known)) { (writer, answer) throws(BoundError) in
        try write(answer, to: &writer)
      }
      writer.member("missing")
      try writer.array(response.lines.lazy.filter { !$0.known }) {
        (writer, answer) throws(BoundError) in
        writer.string(answer.sku)
      }
    }
    return writer.bytes
  }

  /// `{"sku","available","unitPrice"}`
  static func level(_ answer: StockAnswer) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try write(answer, to: &writer)
    return writer.bytes
  }

  private static func write(
    _ answer: StockAnswer, to writer: inout JSONWriter
  ) throws(BoundError) {
    try writer.object { (writer) throws(BoundError) in
      writer.member("sku", answer.sku)
      try writer.member("available", answer.available, in: IntegerBound.available)
      writer.member("unitPrice")
      try MoneyJSON(answer.currency, answer.unitPriceMinor).write(to: &writer)
    }
  }

  /// `{"sku","onHand","reserved","available","unitPrice"}`
  static func figure(_ figure: StockFigure) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try write(figure, to: &writer)
    return writer.bytes
  }

  /// `{"items":[…],"nextPageToken":""}`
  static func list(_ response: ListStockResponse) throws(BoundError) -> [UInt8] {
    var writer = JSONWriter()
    try writer.object { (writer) throws(BoundError) in
      writer.member("items")
      try writer.array(response.items) { (writer, figure) throws(BoundError) in
        try write(figure, to: &writer)
      }
      writer.member("nextPageToken", response.nextPageToken)
    }
    return writer.bytes
  }

  private static func write(
    _ figure: StockFigure, to writer: inout JSONWriter
  ) throws(BoundError) {
    try writer.object { (writer) throws(BoundError) in
      writer.member("sku", figure.sku)
      try writer.member("onHand", figure.onHand, in: IntegerBound.level)
      try writer.member("reserved", figure.reserved, in: IntegerBound.level)
      try writer.member("available", figure.available, in: IntegerBound.available)
      writer.member("unitPrice")
      try MoneyJSON(figure.currency, figure.unitPriceMinor).write(to: &writer)
    }
  }

  // MARK: Paths

  /// Where a field of AdjustStock stands in the request that the client sent.
  static func adjustmentPath(_ field: String) -> String {
    switch field {
    case "ref": "$.reference"
    case "reason": "$.reason"
    case "items[0].sku": "path.sku"
    case "items[0].delta": "$.delta"
    case "items[0].unit_price_minor": "$.unitPrice.minorUnits"
    case "items[0].currency": "$.unitPrice.currency"
    default: "$"
    }
  }
}
