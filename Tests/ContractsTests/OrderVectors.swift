import Contracts

/// The values of Tests/Vectors for orders.v1, with the time they hold.
enum OrderVectors {
  static let all: [Vector] = [
    placeOrderRequest,
    placeOrderLine,
    receipt,
    orderLine,
    getOrderRequest,
    order,
    outOfStock,
    shortLine,
    timestamp,
  ].flatMap(\.self)

  static let placeOrderRequest = Vector.of(
    "orders.v1.PlaceOrderRequest",
    [
      "empty": PlaceOrderRequest(),
      "typical": PlaceOrderRequest(
        customerID: "c-1001",
        currency: "EUR",
        lines: [
          PlaceOrderLine(sku: "TEA-1", quantity: 3),
          PlaceOrderLine(sku: "CUP_2.b", quantity: 1),
        ],
        requestID: "9f0c-retry-7"),
      "lowest": PlaceOrderRequest(
        customerID: "\n\"\\\u{0}",
        currency: "\n\"\\\u{0}",
        lines: [PlaceOrderLine(sku: "\n\"\\\u{0}", quantity: Int64.min)],
        requestID: "\n\"\\\u{0}"),
      "highest": PlaceOrderRequest(
        customerID: String(repeating: "z", count: 300),
        currency: String(repeating: "z", count: 300),
        lines: [
          PlaceOrderLine(sku: String(repeating: "z", count: 300), quantity: Int64.max)
        ],
        requestID: String(repeating: "z", count: 300)),
      "unicode": PlaceOrderRequest(
        customerID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        lines: [
          PlaceOrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
          PlaceOrderLine(),
          PlaceOrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
        ],
        requestID: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
    ])

  static let placeOrderLine = Vector.of(
    "orders.v1.PlaceOrderLine",
    [
      "empty": PlaceOrderLine(),
      "typical": PlaceOrderLine(sku: "TEA-1", quantity: 3),
      "lowest": PlaceOrderLine(sku: "\n\"\\\u{0}", quantity: Int64.min),
      "highest": PlaceOrderLine(sku: String(repeating: "z", count: 300), quantity: Int64.max),
      "unicode": PlaceOrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
    ])

  static let receipt = Vector.of(
    "orders.v1.Receipt",
    [
      "empty": Receipt(),
      "typical": Receipt(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        status: OrderStatus.confirmed,
        currency: "EUR",
        totalMinor: 4950,
        createdAt: Timestamp(seconds: 1767225600, nanos: 123456000),
        lines: [
          OrderLine(sku: "CUP_2.b", quantity: 1, unitPriceMinor: 1200),
          OrderLine(sku: "TEA-1", quantity: 3, unitPriceMinor: 1250),
        ]),
      "emptyTimestamp": Receipt(createdAt: Timestamp()),
      "lowest": Receipt(
        orderID: "\n\"\\\u{0}",
        status: OrderStatus(rawValue: -2147483648),
        currency: "\n\"\\\u{0}",
        totalMinor: Int64.min,
        createdAt: Timestamp(seconds: Int64.min, nanos: Int32.min),
        lines: [
          OrderLine(sku: "\n\"\\\u{0}", quantity: Int64.min, unitPriceMinor: Int64.min)
        ]),
      "highest": Receipt(
        orderID: String(repeating: "z", count: 300),
        status: OrderStatus(rawValue: 2147483647),
        currency: String(repeating: "z", count: 300),
        totalMinor: Int64.max,
        createdAt: Timestamp(seconds: Int64.max, nanos: Int32.max),
        lines: [
          OrderLine(
            sku: String(repeating: "z", count: 300),
            quantity: Int64.max,
            unitPriceMinor: Int64.max)
        ]),
      "unicode": Receipt(
        orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        status: OrderStatus(rawValue: -1),
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        totalMinor: -1,
        createdAt: Timestamp(seconds: -1, nanos: -1),
        lines: [
          OrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1, unitPriceMinor: -1),
          OrderLine(),
          OrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1, unitPriceMinor: -1),
        ]),
    ])

  static let orderLine = Vector.of(
    "orders.v1.OrderLine",
    [
      "empty": OrderLine(),
      "typical": OrderLine(sku: "TEA-1", quantity: 3, unitPriceMinor: 1250),
      "lowest": OrderLine(sku: "\n\"\\\u{0}", quantity: Int64.min, unitPriceMinor: Int64.min),
      "highest": OrderLine(
        sku: String(repeating: "z", count: 300),
        quantity: Int64.max,
        unitPriceMinor: Int64.max),
      "unicode": OrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1, unitPriceMinor: -1),
    ])

  static let getOrderRequest = Vector.of(
    "orders.v1.GetOrderRequest",
    [
      "empty": GetOrderRequest(),
      "typical": GetOrderRequest(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        customerID: "c-1001"),
      "lowest": GetOrderRequest(orderID: "\n\"\\\u{0}", customerID: "\n\"\\\u{0}"),
      "highest": GetOrderRequest(
        orderID: String(repeating: "z", count: 300),
        customerID: String(repeating: "z", count: 300)),
      "unicode": GetOrderRequest(orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀", customerID: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
    ])

  static let order = Vector.of(
    "orders.v1.Order",
    [
      "empty": Order(),
      "typical": Order(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        customerID: "c-1001",
        status: OrderStatus.shipped,
        currency: "EUR",
        totalMinor: 9007199254740991,
        createdAt: Timestamp(seconds: 1767225600, nanos: 123456000),
        lines: [OrderLine(sku: "TEA-1", quantity: 3, unitPriceMinor: 1250)],
        version: 2,
        updatedAt: Timestamp(seconds: 1767225661)),
      "unknownStatus": Order(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        status: OrderStatus(rawValue: 3)),
      "lowest": Order(
        orderID: "\n\"\\\u{0}",
        customerID: "\n\"\\\u{0}",
        status: OrderStatus(rawValue: -2147483648),
        currency: "\n\"\\\u{0}",
        totalMinor: Int64.min,
        createdAt: Timestamp(seconds: Int64.min, nanos: Int32.min),
        lines: [
          OrderLine(sku: "\n\"\\\u{0}", quantity: Int64.min, unitPriceMinor: Int64.min)
        ],
        version: Int64.min,
        updatedAt: Timestamp(seconds: Int64.min, nanos: Int32.min)),
      "highest": Order(
        orderID: String(repeating: "z", count: 300),
        customerID: String(repeating: "z", count: 300),
        status: OrderStatus(rawValue: 2147483647),
        currency: String(repeating: "z", count: 300),
        totalMinor: Int64.max,
        createdAt: Timestamp(seconds: Int64.max, nanos: Int32.max),
        lines: [
          OrderLine(
            sku: String(repeating: "z", count: 300),
            quantity: Int64.max,
            unitPriceMinor: Int64.max)
        ],
        version: Int64.max,
        updatedAt: Timestamp(seconds: Int64.max, nanos: Int32.max)),
      "unicode": Order(
        orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        customerID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        status: OrderStatus(rawValue: -1),
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        totalMinor: -1,
        createdAt: Timestamp(seconds: -1, nanos: -1),
        lines: [
          OrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1, unitPriceMinor: -1),
          OrderLine(),
          OrderLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1, unitPriceMinor: -1),
        ],
        version: -1,
        updatedAt: Timestamp(seconds: -1, nanos: -1)),
      "newer": Order(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        status: OrderStatus(rawValue: 77),
        totalMinor: -3),
    ])

  static let outOfStock = Vector.of(
    "orders.v1.OutOfStock",
    [
      "empty": OutOfStock(),
      "typical": OutOfStock(
        lines: [
          ShortLine(sku: "TEA-1", requested: 300, available: 113),
          ShortLine(sku: "CUP_2.b", requested: 1, available: 0),
        ]),
      "lowest": OutOfStock(
        lines: [
          ShortLine(sku: "\n\"\\\u{0}", requested: Int64.min, available: Int64.min)
        ]),
      "highest": OutOfStock(
        lines: [
          ShortLine(
            sku: String(repeating: "z", count: 300),
            requested: Int64.max,
            available: Int64.max)
        ]),
      "unicode": OutOfStock(
        lines: [
          ShortLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
          ShortLine(),
          ShortLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
        ]),
    ])

  static let shortLine = Vector.of(
    "orders.v1.ShortLine",
    [
      "empty": ShortLine(),
      "typical": ShortLine(sku: "TEA-1", requested: 300, available: 113),
      "lowest": ShortLine(sku: "\n\"\\\u{0}", requested: Int64.min, available: Int64.min),
      "highest": ShortLine(
        sku: String(repeating: "z", count: 300),
        requested: Int64.max,
        available: Int64.max),
      "unicode": ShortLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
    ])

  static let timestamp = Vector.of(
    "google.protobuf.Timestamp",
    [
      "empty": Timestamp(),
      "typical": Timestamp(seconds: 1767225600, nanos: 123456000),
      "beforeEpoch": Timestamp(seconds: -1, nanos: 999999999),
      "year1": Timestamp(seconds: -62135596800),
      "year9999": Timestamp(seconds: 253402300799, nanos: 999999999),
      "lowest": Timestamp(seconds: Int64.min, nanos: Int32.min),
      "highest": Timestamp(seconds: Int64.max, nanos: Int32.max),
      "unicode": Timestamp(seconds: -1, nanos: -1),
    ])
}
