/// The parameters of a request target, decoded and checked against the names a route knows.
struct QueryString: Equatable, Sendable {
  /// One parameter that a route takes.
  struct Parameter: Equatable, Sendable {
    let name: String
    /// How often it may come; 1 for all but lists.
    let countMax: Int
    /// Whether nothing is a value.
    var isEmptyAllowed = false

    static func mayBeEmpty(_ name: String) -> Parameter {
      Parameter(name: name, countMax: 1, isEmptyAllowed: true)
    }
    static func one(_ name: String) -> Parameter { Parameter(name: name, countMax: 1) }
    static func list(_ name: String, _ countMax: Int) -> Parameter {
      Parameter(name: name, countMax: countMax)
    }
  }

  private var pairs: [(name: String, value: String)] = []

  /// `raw` is what stands behind `?`, or nil. Names are case-sensitive; an empty component between
  /// two `&` says nothing and is passed over.
  init(_ raw: Substring?, taking parameters: [Parameter]) throws(InputError) {
    guard let raw else { return }
    for component in raw.split(separator: "&") {
      let halves = component.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let rawName = halves.first ?? ""
      guard let name = PercentDecoding.decode(rawName, plusIsSpace: true) else {
        throw InputError(.invalidValue, at: "query.\(rawName)", "is not percent-encoded UTF-8")
      }
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw InputError(.unknownParameter, at: "query.\(name)", "is not known here")
      }
      guard let value = PercentDecoding.decode(halves.dropFirst().first ?? "", plusIsSpace: true)
      else {
        throw InputError(.invalidValue, at: "query.\(name)", "is not percent-encoded UTF-8")
      }
      guard !value.isEmpty || parameter.isEmptyAllowed else {
        throw InputError(.invalidValue, at: "query.\(name)", "must not be empty")
      }
      try check(parameter)
      pairs.append((name, value))
    }
  }

  subscript(name: String) -> String? {
    pairs.first { $0.name == name }?.value
  }

  func values(_ name: String) -> [String] {
    pairs.filter { $0.name == name }.map(\.value)
  }

  private func check(_ parameter: Parameter) throws(InputError) {
    let count = pairs.count { $0.name == parameter.name }
    guard count >= parameter.countMax else { return }
    let path = "query.\(parameter.name)"
    guard parameter.countMax > 1 else {
      throw InputError(.duplicateParameter, at: path, "is given more than once")
    }
    throw InputError(
      .valueOutOfRange, at: path, "must be given from 1 to \(parameter.countMax) times")
  }

  static func == (left: QueryString, right: QueryString) -> Bool {
    left.pairs.elementsEqual(right.pairs, by: ==)
  }
}
