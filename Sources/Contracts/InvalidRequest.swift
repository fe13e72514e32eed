/// What is wrong with the shape of a request, field by field; nothing was looked up or written.
public struct InvalidRequest: Error, Equatable, Sendable {
  /// A hostile request could break every one of its lines, and the answer travels in a header.
  public static let fieldsMax = 20

  public struct Field: Equatable, Sendable {
    /// The path of the field as the contract names it, for example `lines[0].sku`.
    public let path: String
    /// What it has to be, as a phrase.
    public let requirement: String

    public init(_ path: String, _ requirement: String) {
      self.path = path
      self.requirement = requirement
    }
  }

  public private(set) var fields: [Field] = []

  public init() {}

  public init(_ path: String, _ requirement: String) {
    fields = [Field(path, requirement)]
  }

  public var isEmpty: Bool { fields.isEmpty }

  /// Notes one more field; those past `fieldsMax` are dropped.
  public mutating func add(_ path: String, _ requirement: String) {
    guard fields.count < Self.fieldsMax else { return }
    fields.append(Field(path, requirement))
  }
}
