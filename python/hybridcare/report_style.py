"""The report's style sheet: sober, readable in print, without anything from the network."""

CSS = """
:root { --ink:#1b1f24; --soft:#4d5661; --line:#d5dae0; --paper:#fff; --tint:#f5f7f9; --blue:#0b4f7d; --warn:#8a1c0f; }
* { box-sizing:border-box; }
html { font:16px/1.55 "Liberation Sans", Arial, Helvetica, "DejaVu Sans Condensed", sans-serif; color:var(--ink);
  background:var(--paper); }
body { margin:0; overflow-wrap:anywhere; }
main, header, footer { max-width:1180px; margin:0 auto; padding:0 32px; }
header { display:flex; justify-content:space-between; gap:24px; padding-top:18px; padding-bottom:12px; font-size:14px;
  color:var(--soft); border-bottom:1px solid var(--line); }
h1, h2, .sentence { font-family:Georgia, "Liberation Serif", "Times New Roman", serif; }
h1 { font-size:31px; line-height:1.22; font-weight:normal; margin:26px 0 12px; max-width:34em; }
h2 { font-size:26px; font-weight:normal; margin:0 0 14px; }
h3 { font-size:17px; margin:0 0 8px; }
p, li, dd { max-width:76ch; }
.sentence { font-size:20px; line-height:1.45; margin:0 0 18px; max-width:none; }
.says { font-size:18px; line-height:1.45; margin:0 0 14px; max-width:74ch; }
.first { padding-bottom:30px; }
.beside { display:grid; grid-template-columns:minmax(0,2.1fr) minmax(270px,1fr); gap:30px; align-items:start; }
.lead { border-left:4px solid var(--blue); background:var(--tint); padding:14px 18px; font-size:15px; }
.lead h2 { font:bold 16px/1.3 "Liberation Sans", Arial, sans-serif; margin:0 0 6px; }
.lead p { margin:0 0 9px; }
.lead dl { margin:0; }
.lead dt { font-weight:bold; margin-top:6px; }
.lead dd { margin:0; }
.warning { border:2px solid var(--warn); color:var(--warn); background:#fdf3f1; padding:12px 18px; margin:20px 0 0;
  font-weight:bold; }
section { padding:34px 0 16px; border-top:1px solid var(--line); }
section.first { border-top:0; padding-top:0; }
.columns { display:grid; grid-template-columns:1fr 1fr; gap:14px 44px; }
.columns h3 { margin-top:10px; }
ul { padding-left:20px; margin:6px 0 12px; }
li { margin:5px 0; }
.two { columns:2; column-gap:44px; }
.two li { break-inside:avoid; }
nav { background:var(--tint); padding:16px 22px; margin:0 0 30px; font-size:15px; }
nav h2 { font:bold 15px/1.3 "Liberation Sans", Arial, sans-serif; margin:0 0 6px; }
nav ol { margin:0; padding-left:22px; columns:3; column-gap:34px; }
nav li { margin:3px 0; break-inside:avoid; }
a { color:var(--blue); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline:3px solid #E69F00; outline-offset:2px; }
figure { margin:24px 0 36px; }
.first figure { margin:0; }
.pair { display:grid; grid-template-columns:1fr 1fr; gap:0 34px; align-items:start; }
.pair figure { margin:12px 0 20px; }
.picture svg { max-width:100%; height:auto; display:block; overflow:visible; }
figcaption { color:var(--soft); font-size:14.5px; max-width:92ch; margin-top:6px; }
details { margin:10px 0; font-size:14px; }
summary { cursor:pointer; color:var(--blue); }
.scroll { overflow:auto; max-height:640px; margin:8px 0; border:1px solid var(--line); }
table { border-collapse:collapse; width:100%; font-size:13.5px; font-variant-numeric:tabular-nums; }
caption { text-align:left; padding:8px 10px; font-weight:bold; }
th, td { padding:5px 10px; border-top:1px solid var(--line); text-align:left; vertical-align:top;
  overflow-wrap:normal; }
thead th { background:var(--tint); position:sticky; top:0; }
tbody th { font-weight:normal; }
.n { text-align:right; }
tbody .n { white-space:nowrap; }
tbody th { min-width:9.5em; }
dl { margin:8px 0; }
.facts dl { display:grid; grid-template-columns:max-content 1fr; gap:4px 22px; font-size:15px; }
.facts dt { color:var(--soft); }
.facts dd { margin:0; overflow-wrap:anywhere; }
footer { color:var(--soft); font-size:14px; padding-top:18px; padding-bottom:40px; border-top:1px solid var(--line); }
.skip { position:absolute; left:-999em; }
.skip:focus { left:12px; top:8px; background:#fff; padding:6px 12px; z-index:2; }
@media (max-width:900px) { .beside, .columns, .pair { grid-template-columns:1fr; } nav ol, .two { columns:1; }
  main, header, footer { padding-left:18px; padding-right:18px; } .picture { overflow-x:auto; } }
@media print { html { font-size:10.5pt; } main, header, footer { max-width:none; padding:0; }
  nav, .skip { display:none; } section { break-inside:auto; } figure, .lead, tr { break-inside:avoid; }
  h2, h3 { break-after:avoid; } .scroll { max-height:none; overflow:visible; border:0; }
  details:not([open]) { display:none; } a { color:inherit; text-decoration:none; } .first { break-after:page; } }
"""
