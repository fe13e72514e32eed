/// How a page looks: one sheet for screens in light and dark, and for paper.
enum PageStyle {
  static let sheet = """
    :root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1b1d21;--soft:#646a73;\
    --line:#e2e4e7;--good:#12703f;--goodbg:#e0f3e8;--bad:#a8201a;--badbg:#fbe5e3;--warn:#7a4d00;\
    --warnbg:#fdf0d5;--c0:#2463c9;--c1:#d1690a;--c2:#16825d;--c3:#a4318f;--c4:#7a6a00;--c5:#5a5fd0}
    @media (prefers-color-scheme:dark){:root{--bg:#131519;--card:#1b1e24;--ink:#e8eaed;\
    --soft:#9aa1ab;--line:#31363f;--good:#7fdba6;--goodbg:#163526;--bad:#ff9d95;--badbg:#43201e;\
    --warn:#f3c877;--warnbg:#3d2f12;--c0:#79acff;--c1:#ffa75a;--c2:#5fd0a5;--c3:#ee8fdc;\
    --c4:#d8c54a;--c5:#a9acff}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:1360px;padding:24px;background:var(--bg);color:var(--ink);\
    font:15px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
    h1{font-size:24px;margin:0}h2{font-size:17px;margin:32px 0 10px}
    p{margin:6px 0}.soft,.note{color:var(--soft)}.note{font-size:13px;margin:0 0 4px}
    .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0}
    .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;\
    padding:10px 16px;min-width:132px}
    .tile b{display:block;font-size:22px;font-weight:600}\
    .tile span{color:var(--soft);font-size:13px}
    .verdict{border-radius:8px;padding:7px 12px;margin:6px 0;font-weight:500}
    .good{background:var(--goodbg);color:var(--good)}.bad{background:var(--badbg);color:var(--bad)}
    .warn{background:var(--warnbg);color:var(--warn)}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px}
    figure,.card{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;\
    padding:14px 16px;break-inside:avoid;overflow-x:auto}
    figcaption{font-weight:600;margin-bottom:2px}
    .legend{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:13px;color:var(--soft);\
    margin:4px 0 2px}
    .legend i{display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:5px;\
    vertical-align:middle;background:currentColor}
    svg{width:100%;height:auto;display:block}
    svg text{font-size:11px;fill:var(--soft)}.end{text-anchor:end}.mid{text-anchor:middle}
    .grid{stroke:var(--line)}.axis,.tick{stroke:var(--soft)}
    polyline{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}
    .dot{fill:currentColor}
    .c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}\
    .c4{color:var(--c4)}.c5{color:var(--c5)}.ref{color:var(--soft)}
    polyline.ref{stroke-width:1.2;stroke-dasharray:5 4}
    table{border-collapse:collapse;font-size:13px;width:100%}
    th{text-align:right;color:var(--soft);font-weight:500;border-bottom:1px solid var(--line)}
    td{text-align:right;border-bottom:1px solid var(--line)}
    th,td{padding:3px 8px;white-space:nowrap}th:first-child,td:first-child{text-align:left}
    .words th:last-child,.words td:last-child{text-align:left;white-space:normal;width:99%}
    details{margin-top:6px;font-size:13px}summary{cursor:pointer;color:var(--soft)}
    details table{margin-top:6px}
    @media print{body{max-width:none;padding:0}.plots{grid-template-columns:1fr 1fr}}
    """
}
