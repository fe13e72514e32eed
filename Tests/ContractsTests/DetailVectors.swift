import Contracts

@testable import RPC

/// The values of Tests/Vectors for google.rpc, which are RPC's own messages.
enum DetailVectors {
  static let all: [Vector] = [
    errorInfo, badRequest, retryInfo, preconditionFailure, status,
  ].flatMap(\.self)

  static let errorInfo = Vector.of(
    "google.rpc.ErrorInfo",
    [
      "empty": ErrorInfo(),
      "typical": ErrorInfo(
        reason: "SKU_UNKNOWN", domain: "orderly", metadata: ["skus": "NO-1,NO-2"]),
      "mapOrder": ErrorInfo(
        reason: "", domain: "",
        metadata: [
          "a": "", "é": "past ASCII", "": "", "aa": "longer last", "b": "2",
          "Z": "upper case first",
        ]),
    ])

  static let badRequest = Vector.of(
    "google.rpc.BadRequest",
    [
      "empty": BadRequest(),
      "typical": BadRequest([
        .init(field: "lines[2].quantity", description: "is 0; 1 to 1000000 is allowed"),
        .init(field: "currency", description: "“eur” is not three capital letters"),
        .init(),
      ]),
    ])

  static let retryInfo = Vector.of(
    "google.rpc.RetryInfo",
    [
      "empty": RetryInfo(),
      "zero": RetryInfo(.zero),
      "typical": RetryInfo(.milliseconds(1250)),
      "negative": RetryInfo(.milliseconds(-3500)),
      "highest": RetryInfo(.seconds(315_576_000_000) + .nanoseconds(999_999_999)),
    ])

  static let preconditionFailure = Vector.of(
    "google.rpc.PreconditionFailure",
    [
      "empty": PreconditionFailure(),
      "typical": PreconditionFailure([
        .init(type: "STOCK", subject: "TEA-1", description: "12 on hand, 15 promised"),
        .init(type: "TOS", subject: "", description: ""),
      ]),
    ])

  static let status = Vector.of(
    "google.rpc.Status",
    [
      "empty": StatusDetails(),
      "typical": StatusDetails(
        RPCError(
          .failedPrecondition, "out of stock",
          details: [
            AnyDetail(ErrorInfo(reason: "OUT_OF_STOCK", domain: "orderly")),
            AnyDetail(
              OutOfStock(lines: [ShortLine(sku: "TEA-1", requested: 300, available: 113)])),
          ])),
      "unknownDetail": unknownDetail,
    ])

  private static var unknownDetail: StatusDetails {
    var details = StatusDetails()
    details.code = 99
    details.message = "ünknown"
    var unknown = AnyDetail(ErrorInfo())
    unknown.typeURL = "type.example/some.Other"
    unknown.value = [0, 255, 128]
    var nothing = unknown
    nothing.typeURL = ""
    nothing.value = []
    details.details = [unknown, nothing]
    return details
  }
}
