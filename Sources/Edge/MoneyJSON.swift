internal import Contracts

/// `{"currency":"EUR","minorUnits":1299}`
struct MoneyJSON: Equatable, Sendable {
  var currency: String
  var minorUnits: Int64

  init(_ currency: String, _ minorUnits: Int64) {
    self.currency = currency
    self.minorUnits = minorUnits
  }

  init(from reader: inout JSONReader) throws(InputError) {
    var currency: String?
    var minorUnits: Int64?
    try reader.object(["currency", "minorUnits"]) { (name, reader) throws(InputError) in
      guard !reader.takeNull() else { return }
      switch name {
      case "currency": currency = try Self.currency(from: &reader)
      default: minorUnits = try reader.integer(in: IntegerBound.minorUnits)
      }
    }
    guard let currency else { throw .missing(".currency") }
    guard let minorUnits else { throw .missing(".minorUnits") }
    self.init(currency, minorUnits)
  }

  static func currency(from reader: inout JSONReader) throws(InputError) -> String {
    let code = try reader.string()
    guard CurrencyCode.isISO4217(code) else {
      throw InputError(.invalidValue, at: "", "must be a currency code of ISO 4217, such as EUR")
    }
    return code
  }

  func write(to writer: inout JSONWriter) throws(BoundError) {
    try writer.object { (writer) throws(BoundError) in
      writer.member("currency", currency)
      try writer.member("minorUnits", minorUnits, in: IntegerBound.minorUnits)
    }
  }
}
