/// A service answered a value that the JSON contract has no room for. It is never rounded: the
/// request fails with 500 and the log names the field.
struct BoundError: Error, Equatable, Sendable {
  let field: String
  let value: String

  init(_ field: String, _ value: some CustomStringConvertible) {
    self.field = field
    self.value = value.description
  }
}
