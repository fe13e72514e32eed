import Contracts

/// The values of Tests/Vectors for inventory.v1.Inventory.CheckStock and AdjustStock.
enum StockVectors {
  static let all: [Vector] = [
    stockLine,
    checkStockRequest,
    checkStockResponse,
    stockAnswer,
    adjustStockRequest,
    stockAdjustment,
    adjustStockResponse,
    stockFigure,
  ].flatMap(\.self)

  static let stockLine = Vector.of(
    "inventory.v1.StockLine",
    [
      "empty": StockLine(),
      "typical": StockLine(sku: "TEA-1", quantity: 3),
      "lowest": StockLine(sku: "\n\"\\\u{0}", quantity: Int64.min),
      "highest": StockLine(sku: String(repeating: "z", count: 300), quantity: Int64.max),
      "unicode": StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
    ])

  static let checkStockRequest = Vector.of(
    "inventory.v1.CheckStockRequest",
    [
      "empty": CheckStockRequest(),
      "typical": CheckStockRequest(
        lines: [
          StockLine(sku: "TEA-1", quantity: 3),
          StockLine(sku: "CUP_2.b", quantity: 1000000),
        ],
        consistency: Consistency.strong,
        maxAgeMs: 0),
      "unknownConsistency": CheckStockRequest(
        lines: [StockLine(sku: "TEA-1", quantity: 1)],
        consistency: Consistency(rawValue: 2),
        maxAgeMs: 250),
      "lowest": CheckStockRequest(
        lines: [StockLine(sku: "\n\"\\\u{0}", quantity: Int64.min)],
        consistency: Consistency(rawValue: -2147483648),
        maxAgeMs: Int64.min),
      "highest": CheckStockRequest(
        lines: [
          StockLine(sku: String(repeating: "z", count: 300), quantity: Int64.max)
        ],
        consistency: Consistency(rawValue: 2147483647),
        maxAgeMs: Int64.max),
      "unicode": CheckStockRequest(
        lines: [
          StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
          StockLine(),
          StockLine(sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀", quantity: -1),
        ],
        consistency: Consistency(rawValue: -1),
        maxAgeMs: -1),
      "newer": CheckStockRequest(
        lines: [
          StockLine(sku: "TEA-1", quantity: 3),
          StockLine(sku: "CUP_2.b", quantity: 4),
        ],
        consistency: Consistency(rawValue: 9),
        maxAgeMs: 7),
    ])

  static let checkStockResponse = Vector.of(
    "inventory.v1.CheckStockResponse",
    [
      "empty": CheckStockResponse(),
      "typical": CheckStockResponse(
        lines: [
          StockAnswer(
            sku: "TEA-1",
            known: true,
            requested: 300,
            available: 113,
            shortfall: 187,
            unitPriceMinor: 1250,
            currency: "EUR"),
          StockAnswer(sku: "NO-1", requested: 1),
        ],
        ageMs: 12),
      "lowest": CheckStockResponse(
        lines: [
          StockAnswer(
            sku: "\n\"\\\u{0}",
            known: true,
            requested: Int64.min,
            available: Int64.min,
            shortfall: Int64.min,
            unitPriceMinor: Int64.min,
            currency: "\n\"\\\u{0}")
        ],
        ageMs: Int64.min),
      "highest": CheckStockResponse(
        lines: [
          StockAnswer(
            sku: String(repeating: "z", count: 300),
            known: true,
            requested: Int64.max,
            available: Int64.max,
            shortfall: Int64.max,
            unitPriceMinor: Int64.max,
            currency: String(repeating: "z", count: 300))
        ],
        ageMs: Int64.max),
      "unicode": CheckStockResponse(
        lines: [
          StockAnswer(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            known: true,
            requested: -1,
            available: -1,
            shortfall: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
          StockAnswer(),
          StockAnswer(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            known: true,
            requested: -1,
            available: -1,
            shortfall: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
        ],
        ageMs: -1),
    ])

  static let stockAnswer = Vector.of(
    "inventory.v1.StockAnswer",
    [
      "empty": StockAnswer(),
      "typical": StockAnswer(
        sku: "TEA-1",
        known: true,
        requested: 3,
        available: 113,
        shortfall: 0,
        unitPriceMinor: 1250,
        currency: "EUR"),
      "lowest": StockAnswer(
        sku: "\n\"\\\u{0}",
        known: true,
        requested: Int64.min,
        available: Int64.min,
        shortfall: Int64.min,
        unitPriceMinor: Int64.min,
        currency: "\n\"\\\u{0}"),
      "highest": StockAnswer(
        sku: String(repeating: "z", count: 300),
        known: true,
        requested: Int64.max,
        available: Int64.max,
        shortfall: Int64.max,
        unitPriceMinor: Int64.max,
        currency: String(repeating: "z", count: 300)),
      "unicode": StockAnswer(
        sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        known: true,
        requested: -1,
        available: -1,
        shortfall: -1,
        unitPriceMinor: -1,
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀"),
    ])

  static let adjustStockRequest = Vector.of(
    "inventory.v1.AdjustStockRequest",
    [
      "empty": AdjustStockRequest(),
      "typical": AdjustStockRequest(
        ref: "receipt-17",
        reason: "receipt",
        actor: "dock 4",
        items: [
          StockAdjustment(sku: "TEA-1", delta: -5),
          StockAdjustment(
            sku: "NEW-1",
            delta: 20,
            unitPriceMinor: 999,
            currency: "EUR",
            lowMark: 3),
        ]),
      "lowest": AdjustStockRequest(
        ref: "\n\"\\\u{0}",
        reason: "\n\"\\\u{0}",
        actor: "\n\"\\\u{0}",
        items: [
          StockAdjustment(
            sku: "\n\"\\\u{0}",
            delta: Int64.min,
            unitPriceMinor: Int64.min,
            currency: "\n\"\\\u{0}",
            lowMark: Int64.min)
        ]),
      "highest": AdjustStockRequest(
        ref: String(repeating: "z", count: 300),
        reason: String(repeating: "z", count: 300),
        actor: String(repeating: "z", count: 300),
        items: [
          StockAdjustment(
            sku: String(repeating: "z", count: 300),
            delta: Int64.max,
            unitPriceMinor: Int64.max,
            currency: String(repeating: "z", count: 300),
            lowMark: Int64.max)
        ]),
      "unicode": AdjustStockRequest(
        ref: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        reason: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        actor: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        items: [
          StockAdjustment(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            delta: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lowMark: -1),
          StockAdjustment(),
          StockAdjustment(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            delta: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lowMark: -1),
        ]),
    ])

  static let stockAdjustment = Vector.of(
    "inventory.v1.StockAdjustment",
    [
      "empty": StockAdjustment(),
      "typical": StockAdjustment(sku: "TEA-1", delta: -5),
      "presentDefaults": StockAdjustment(sku: "TEA-1", unitPriceMinor: 0, currency: "", lowMark: 0),
      "lowest": StockAdjustment(
        sku: "\n\"\\\u{0}",
        delta: Int64.min,
        unitPriceMinor: Int64.min,
        currency: "\n\"\\\u{0}",
        lowMark: Int64.min),
      "highest": StockAdjustment(
        sku: String(repeating: "z", count: 300),
        delta: Int64.max,
        unitPriceMinor: Int64.max,
        currency: String(repeating: "z", count: 300),
        lowMark: Int64.max),
      "unicode": StockAdjustment(
        sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        delta: -1,
        unitPriceMinor: -1,
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        lowMark: -1),
    ])

  static let adjustStockResponse = Vector.of(
    "inventory.v1.AdjustStockResponse",
    [
      "empty": AdjustStockResponse(),
      "typical": AdjustStockResponse(
        applied: true,
        items: [
          StockFigure(
            sku: "TEA-1",
            onHand: 120,
            reserved: 7,
            available: 113,
            unitPriceMinor: 1250,
            currency: "EUR",
            lowMark: 10,
            version: 42)
        ]),
      "lowest": AdjustStockResponse(
        applied: true,
        items: [
          StockFigure(
            sku: "\n\"\\\u{0}",
            onHand: Int64.min,
            reserved: Int64.min,
            available: Int64.min,
            unitPriceMinor: Int64.min,
            currency: "\n\"\\\u{0}",
            lowMark: Int64.min,
            version: Int64.min)
        ]),
      "highest": AdjustStockResponse(
        applied: true,
        items: [
          StockFigure(
            sku: String(repeating: "z", count: 300),
            onHand: Int64.max,
            reserved: Int64.max,
            available: Int64.max,
            unitPriceMinor: Int64.max,
            currency: String(repeating: "z", count: 300),
            lowMark: Int64.max,
            version: Int64.max)
        ]),
      "unicode": AdjustStockResponse(
        applied: true,
        items: [
          StockFigure(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            onHand: -1,
            reserved: -1,
            available: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lowMark: -1,
            version: -1),
          StockFigure(),
          StockFigure(
            sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            onHand: -1,
            reserved: -1,
            available: -1,
            unitPriceMinor: -1,
            currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
            lowMark: -1,
            version: -1),
        ]),
    ])

  static let stockFigure = Vector.of(
    "inventory.v1.StockFigure",
    [
      "empty": StockFigure(),
      "typical": StockFigure(
        sku: "TEA-1",
        onHand: 120,
        reserved: 7,
        available: 113,
        unitPriceMinor: 1250,
        currency: "EUR",
        lowMark: 10,
        version: 42),
      "lowest": StockFigure(
        sku: "\n\"\\\u{0}",
        onHand: Int64.min,
        reserved: Int64.min,
        available: Int64.min,
        unitPriceMinor: Int64.min,
        currency: "\n\"\\\u{0}",
        lowMark: Int64.min,
        version: Int64.min),
      "highest": StockFigure(
        sku: String(repeating: "z", count: 300),
        onHand: Int64.max,
        reserved: Int64.max,
        available: Int64.max,
        unitPriceMinor: Int64.max,
        currency: String(repeating: "z", count: 300),
        lowMark: Int64.max,
        version: Int64.max),
      "unicode": StockFigure(
        sku: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        onHand: -1,
        reserved: -1,
        available: -1,
        unitPriceMinor: -1,
        currency: "Tée ☕️ 茶 𝛑 é 👩‍🚀",
        lowMark: -1,
        version: -1),
    ])
}
