/// Lines over two axes, as an SVG that takes its colours from the page, with its numbers as table.
struct LinePlot: Sendable {
  struct Series: Sendable {
    var name: String
    var points: [Point]
    /// Drawn as a thin broken line: what was asked, not what was measured.
    var isReference = false
  }

  struct Point: Equatable, Sendable {
    var x: Double
    var y: Double
  }

  let title: String
  let note: String
  let xTitle: String
  let series: [Series]
  private let x: PlotScale
  private let y: PlotScale

  private static let width = 640.0
  private static let height = 250.0
  private static let left = 62.0
  private static let right = width - 22
  private static let top = 10.0
  private static let bottom = height - 40
  /// As many as the page has colours.
  static let seriesMax = 6

  init(
    title: String, note: String = "", xTitle: String, _ series: [Series],
    xUnit: PlotScale.Unit, yUnit: PlotScale.Unit, yKind: PlotScale.Kind = .linear
  ) {
    self.title = title
    self.note = note
    self.xTitle = xTitle
    self.series = Array(series.filter { !$0.points.isEmpty }.prefix(Self.seriesMax))
    x = PlotScale(.linear, xUnit, over: series.flatMap { $0.points.map(\.x) })
    y = PlotScale(yKind, yUnit, over: series.flatMap { $0.points.map(\.y) })
  }

  var html: String {
    let note = note.isEmpty ? "" : "<p class=\"note\">\(HTMLText.escape(note))</p>"
    return """
      <figure>
      <figcaption>\(HTMLText.escape(title))</figcaption>\(note)
      <div class="legend">\(legend)</div>
      \(series.isEmpty ? "<p class=\"note\">nothing was measured</p>" : drawing)
      <details><summary>numbers</summary>\(table)</details>
      </figure>

      """
  }

  private func style(_ one: Series, _ number: Int) -> String {
    one.isReference ? "ref" : "c\(number)"
  }

  private var legend: String {
    series.enumerated().map { number, one in
      "<span><i class=\"\(style(one, number))\"></i>\(HTMLText.escape(one.name))</span>"
    }.joined()
  }

  private func across(_ position: Double) -> String {
    Decimals.shortest(Self.left + position * (Self.right - Self.left), placesMax: 1)
  }

  private func down(_ position: Double, by offset: Double = 0) -> String {
    let y = Self.bottom - position * (Self.bottom - Self.top) + offset
    return Decimals.shortest(y, placesMax: 1)
  }

  private var drawing: String {
    let (left, right) = (across(0), across(1))
    var svg =
      "<svg viewBox=\"0 0 640 250\" role=\"img\" aria-label=\"\(HTMLText.escape(title))\">"
    for tick in y.ticks {
      let at = down(tick.position)
      svg += "<line class=\"grid\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(at)\" y2=\"\(at)\"/>"
      svg += "<text class=\"end\" x=\"56\" y=\"\(down(tick.position, by: 4))\">\(tick.label)</text>"
    }
    let base = down(0)
    for tick in x.ticks {
      let at = across(tick.position)
      svg += "<line class=\"tick\" x1=\"\(at)\" x2=\"\(at)\" y1=\"\(base)\""
      svg += " y2=\"\(down(0, by: 4))\"/>"
      svg += "<text class=\"mid\" x=\"\(at)\" y=\"\(down(0, by: 17))\">\(tick.label)</text>"
    }
    svg += "<line class=\"axis\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(base)\" y2=\"\(base)\"/>"
    svg += "<text class=\"mid\" x=\"\(across(0.5))\" y=\"\(down(0, by: 35))\">"
    svg += "\(HTMLText.escape(xTitle))</text>"
    for (number, one) in series.enumerated() { svg += line(one, style(one, number)) }
    return svg + "</svg>"
  }

  private func line(_ one: Series, _ style: String) -> String {
    let pixels = one.points.map { (x: across(x.position($0.x)), y: down(y.position($0.y))) }
    if pixels.count == 1, let only = pixels.first {
      return "<circle class=\"dot \(style)\" cx=\"\(only.x)\" cy=\"\(only.y)\" r=\"3\"/>"
    }
    let path = pixels.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    return "<polyline class=\"\(style)\" points=\"\(path)\"/>"
  }

  /// Each x that any line has, with the values of all lines there.
  private var table: String {
    var values: [Double: [String]] = [:]
    for (column, one) in series.enumerated() {
      for point in one.points {
        values[point.x, default: [String](repeating: "", count: series.count)][column] =
          y.label(point.y)
      }
    }
    let rows = values.keys.sorted().map { key in [xLabel(key)] + (values[key] ?? []) }
    return HTMLText.table([xTitle] + series.map(\.name), rows)
  }

  private func xLabel(_ value: Double) -> String {
    guard x.unit == .nines else { return x.label(value) }
    return Decimals.shortest(PlotScale.share(nines: value) * 100, placesMax: 6) + " %"
  }
}
