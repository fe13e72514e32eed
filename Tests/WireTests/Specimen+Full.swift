extension Specimen {
  /// A value in every field.
  static let full = Specimen.with {
    $0.int32 = -5
    $0.int64 = .min
    $0.uint32 = .max
    $0.uint64 = .max
    $0.sint32 = -300
    $0.sint64 = .min
    $0.bool = true
    $0.fixed32 = 7
    $0.sfixed32 = -7
    $0.float = 0.5
    $0.fixed64 = 8
    $0.sfixed64 = -8
    $0.double = -0.25
    $0.string = "käse"
    $0.bytes = [0, 255]
    $0.color = .red
    $0.optionalInt64 = 0
    $0.optionalString = ""
    $0.optionalBytes = []
    $0.optionalBool = false
    $0.int32s = [1, -1]
    $0.int64s = [0, .max]
    $0.bools = [false, true]
    $0.doubles = [0, -1]
    $0.fixed32s = [0, 9]
    $0.sint32s = [-1, 1]
    $0.strings = ["", "b"]
    $0.byteArrays = [[], [1]]
    $0.map = ["k": "v", "": ""]
    $0.child = .with { $0.string = "child" }
    $0.children = [Specimen(), .with { $0.bool = true }]
  }

  /// The wire type a field is written with.
  static func type(of field: Int) -> Int {
    switch field {
    case 1...7, 16, 17, 20: 0
    case 11...13: 1
    case 8...10: 5
    default: 2
    }
  }

  /// The wire type of one element of a packed field.
  static func elementType(of field: Int) -> Int {
    switch field {
    case 24: 1
    case 25: 5
    default: 0
    }
  }
}
