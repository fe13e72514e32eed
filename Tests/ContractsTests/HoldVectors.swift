import Contracts

/// The values of Tests/Vectors for inventory.v1.Inventory.ReserveStock.
enum HoldVectors {
  static let all: [Vector] = [
    hold,
    reserveStockRequest,
    shortage,
    holdOutcome,
    reserveStockResponse,
  ].flatMap(\.self)

  static let hold = Vector.of(
    "inventory.v1.Hold",
    [
      "empty": Hold(),
      "typical": Hold(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        lines: [
          StockLine(sku: "CUP_2.b", quantity: 2),
          StockLine(sku: "TEA-1", quantity: 3),
        ]),
      "bulk": Hold(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        lines: (0..<40).map { (number: Int64) in
          let digits = String(number)
          let sku = "SKU-" + String(repeating: "0", count: 60 - digits.count) + digits
          return StockLine(sku: sku, quantity: number * number * number)
        }),
      "lowest": Hold(
        orderID: "\n\"\\\u{0}",
        lines: [StockLine(sku: "\n\"\\\u{0}", quantity: Int64.min)]),
      "highest": Hold(
        orderID: String(repeating: "z", count: 300),
        lines: [
          StockLine(sku: String(repeating: "z", count: 300), quantity: Int64.max)
        ]),
      "unicode": Hold(
        orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        lines: [
          StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
          StockLine(),
          StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
        ]),
    ])

  static let reserveStockRequest = Vector.of(
    "inventory.v1.ReserveStockRequest",
    [
      "empty": ReserveStockRequest(),
      "typical": ReserveStockRequest(
        holds: [
          Hold(
            orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
            lines: [StockLine(sku: "TEA-1", quantity: 3)]),
          Hold(
            orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e11",
            lines: [StockLine(sku: "CUP_2.b", quantity: 1)]),
        ],
        committedIDs: [
          "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e11",
          "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        ]),
      "lowest": ReserveStockRequest(
        holds: [
          Hold(
            orderID: "\n\"\\\u{0}",
            lines: [StockLine(sku: "\n\"\\\u{0}", quantity: Int64.min)])
        ],
        committedIDs: ["\n\"\\\u{0}"]),
      "highest": ReserveStockRequest(
        holds: [
          Hold(
            orderID: String(repeating: "z", count: 300),
            lines: [
              StockLine(sku: String(repeating: "z", count: 300), quantity: Int64.max)
            ])
        ],
        committedIDs: [String(repeating: "z", count: 300)]),
      "unicode": ReserveStockRequest(
        holds: [
          Hold(
            orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lines: [
              StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
              StockLine(),
              StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
            ]),
          Hold(),
          Hold(
            orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lines: [
              StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
              StockLine(),
              StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
            ]),
        ],
        committedIDs: ["Tée ☕️ 茶 𝛑 é 👩‍🚀", "", "Tée ☕️ 茶 𝛑 é 👩‍🚀"]),
    ])

  static let shortage = Vector.of(
    "inventory.v1.Shortage",
    [
      "empty": Shortage(),
      "typical": Shortage(sku: "TEA-1", requested: 300, available: 113),
      "lowest": Shortage(sku: "\n\"\\\u{0}", requested: Int64.min, available: Int64.min),
      "highest": Shortage(
        sku: String(repeating: "z", count: 300),
        requested: Int64.max,
        available: Int64.max),
      "unicode": Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
    ])

  static let holdOutcome = Vector.of(
    "inventory.v1.HoldOutcome",
    [
      "empty": HoldOutcome(),
      "held": HoldOutcome(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        state: HoldState.held),
      "outOfStock": HoldOutcome(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        state: HoldState.outOfStock,
        shortages: [
          Shortage(sku: "TEA-1", requested: 300, available: 113),
          Shortage(sku: "CUP_2.b", requested: 1, available: 0),
        ]),
      "unknownSKU": HoldOutcome(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        state: HoldState.unknownSKU,
        unknownSKUs: ["NO-1", "NO-2"]),
      "unknownState": HoldOutcome(
        orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
        state: HoldState(rawValue: 3)),
      "lowest": HoldOutcome(
        orderID: "\n\"\\\u{0}",
        state: HoldState(rawValue: -2147483648),
        shortages: [
          Shortage(sku: "\n\"\\\u{0}", requested: Int64.min, available: Int64.min)
        ],
        unknownSKUs: ["\n\"\\\u{0}"]),
      "highest": HoldOutcome(
        orderID: String(repeating: "z", count: 300),
        state: HoldState(rawValue: 2147483647),
        shortages: [
          Shortage(
            sku: String(repeating: "z", count: 300),
            requested: Int64.max,
            available: Int64.max)
        ],
        unknownSKUs: [String(repeating: "z", count: 300)]),
      "unicode": HoldOutcome(
        orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        state: HoldState(rawValue: -1),
        shortages: [
          Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
          Shortage(),
          Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
        ],
        unknownSKUs: ["Tée ☕️ 茶 𝛑 é 👩‍🚀", "", "Tée ☕️ 茶 𝛑 é 👩‍🚀"]),
    ])

  static let reserveStockResponse = Vector.of(
    "inventory.v1.ReserveStockResponse",
    [
      "empty": ReserveStockResponse(),
      "typical": ReserveStockResponse(
        outcomes: [
          HoldOutcome(
            orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
            state: HoldState.committed),
          HoldOutcome(
            orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e11",
            state: HoldState.conflict),
          HoldOutcome(
            orderID: "0192f0c1-7b1e-7cc4-9d55-2f8b8a1d4e10",
            state: HoldState.released),
        ]),
      "lowest": ReserveStockResponse(
        outcomes: [
          HoldOutcome(
            orderID: "\n\"\\\u{0}",
            state: HoldState(rawValue: -2147483648),
            shortages: [
              Shortage(sku: "\n\"\\\u{0}", requested: Int64.min, available: Int64.min)
            ],
            unknownSKUs: ["\n\"\\\u{0}"])
        ]),
      "highest": ReserveStockResponse(
        outcomes: [
          HoldOutcome(
            orderID: String(repeating: "z", count: 300),
            state: HoldState(rawValue: 2147483647),
            shortages: [
              Shortage(
                sku: String(repeating: "z", count: 300),
                requested: Int64.max,
                available: Int64.max)
            ],
            unknownSKUs: [String(repeating: "z", count: 300)])
        ]),
      "unicode": ReserveStockResponse(
        outcomes: [
          HoldOutcome(
            orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            state: HoldState(rawValue: -1),
            shortages: [
              Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
              Shortage(),
              Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
            ],
            unknownSKUs: ["Tée ☕️ 茶 𝛑 é 👩‍🚀", "", "Tée ☕️ 茶 𝛑 é 👩‍🚀"]),
          HoldOutcome(),
          HoldOutcome(
            orderID: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            state: HoldState(rawValue: -1),
            shortages: [
              Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
              Shortage(),
              Shortage(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", requested: -1, available: -1),
            ],
            unknownSKUs: ["Tée ☕️ 茶 𝛑 é 👩‍🚀", "", "Tée ☕️ 茶 𝛑 é 👩‍🚀"]),
        ]),
    ])
}
