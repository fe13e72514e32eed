/// The names of the SKUs a run uses, by rank: `SKU-000001` is the most wanted.
///
/// They are made once, because making a name for each line of each request would cost more than
/// all the rest of a request. Names of up to 15 bytes live inside the string, without allocation.
struct Catalogue: Sendable {
  let names: [String]

  init(count: Int) {
    names = (0..<max(count, 0)).map(Self.name)
  }

  private static func name(rank: Int) -> String {
    let digits = String(rank + 1)
    return "SKU-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// What a SKU costs that the tool itself puts into the catalogue, in minor units.
  static func price(rank: Int) -> Int64 { 100 + Int64(rank % 900) }
}
