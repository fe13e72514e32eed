import Contracts

/// The values of Tests/Vectors for cancelling an order and for settling its hold.
enum SettleVectors {
  static let all: [Vector] = [cancel, settlement, request, response].flatMap(\.self)

  private static let id = "01890a5d-ac96-774b-bcce-b302099a8057"

  static let cancel = Vector.of(
    "orders.v1.CancelOrderRequest",
    [
      "empty": CancelOrderRequest(),
      "typical": CancelOrderRequest(orderID: id, customerID: "c-1", expectedVersion: 1),
      "lowest": CancelOrderRequest(expectedVersion: .min),
      "highest": CancelOrderRequest(expectedVersion: .max),
      "unicode": CancelOrderRequest(orderID: "\u{0}", customerID: "茶"),
    ])

  static let settlement = Vector.of(
    "inventory.v1.SettledReservation",
    [
      "empty": SettledReservation(),
      "typical": SettledReservation(orderID: id, state: .released),
      "lowest": SettledReservation(state: HoldState(rawValue: .min)),
      "highest": SettledReservation(state: HoldState(rawValue: .max)),
      "unicode": SettledReservation(orderID: "☕️", state: .unknown),
    ])

  private static let both = [
    SettledReservation(orderID: id, state: .committed), SettledReservation(),
  ]

  static let request = Vector.of(
    "inventory.v1.SettleReservationsRequest",
    [
      "empty": SettleReservationsRequest(),
      "typical": SettleReservationsRequest(settlements: both),
    ])

  static let response = Vector.of(
    "inventory.v1.SettleReservationsResponse",
    [
      "empty": SettleReservationsResponse(),
      "typical": SettleReservationsResponse(settlements: both),
    ])
}
