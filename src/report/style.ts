// The style of a report: light and dark by the reader's choice, one column on narrow screens.

export const style = `
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f7f9; --ink: #1f2937; --soft: #5b6472; --line: #d5d9e0;
  --heat: 37, 99, 195; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171c; --card: #1d2128; --ink: #e6e8ec; --soft: #a3abb8; --line: #38404c; --heat: 96, 158, 255; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 16px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6em; margin: 0.4em 0; } h2 { margin: 1.6em 0 0.4em; border-bottom: 1px solid var(--line); }
h3 { margin: 1.2em 0 0.3em; font-size: 1.05em; }
small, .soft { color: var(--soft); font-weight: normal; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--card); padding: 10px; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.4em 0; }
.scroll { overflow-x: auto; }
/* A shade at the side where a wide table goes on; the page's colour moves along with the table and covers it at its ends. */
:is(section, body) > .scroll { background: linear-gradient(to right, var(--page) 30%, transparent) left / 40px 100% no-repeat local,
  linear-gradient(to left, var(--page) 30%, transparent) right / 40px 100% no-repeat local,
  linear-gradient(to right, var(--line), transparent) left / 14px 100% no-repeat,
  linear-gradient(to left, var(--line), transparent) right / 14px 100% no-repeat; }
table { border-collapse: collapse; }
th, td { padding: 3px 8px; text-align: left; vertical-align: top; }
.facts td, .facts th { border-bottom: 1px solid var(--line); }
.facts th.number { text-align: right; }
.facts td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 12px; }
.scroll + .charts { margin-top: 12px; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 8px; }
figure { margin: 0; background: var(--card); border-radius: 6px; padding: 8px; min-width: 0; }
figcaption { font-weight: 600; font-size: 0.92em; }
figure.small figcaption { font-weight: normal; font-size: 0.8em; color: var(--soft); }
svg { width: 100%; height: auto; display: block; }
.chart text { fill: var(--soft); font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .frame { fill: none; stroke: var(--line); }
.line { fill: none; stroke: currentColor; stroke-width: 2; } .dot { fill: currentColor; }
.band { fill: currentColor; fill-opacity: 0.14; }
.legend { margin: 0; font-size: 0.85em; } .legend span { margin-right: 10px; white-space: nowrap; }
.c0 { color: #2f7de1; } .c1 { color: #d97706; } .c2 { color: #2f9e5b; } .c3 { color: #db4a83; }
.c4 { color: #8b5cf6; } .c5 { color: #0e9aa7; } .c6 { color: #b59410; } .c7 { color: #8a8f98; }
.cells { display: grid; gap: 12px; } .cells svg { max-height: 420px; min-width: 620px; }
.heat table { border-spacing: 2px; border-collapse: separate; font-size: 12px; }
.heat th { font-weight: normal; color: var(--soft); padding: 1px 6px 1px 0; white-space: nowrap; vertical-align: bottom; }
.heat th[scope=col] span { writing-mode: vertical-rl; transform: rotate(180deg); }
.heat td { background: rgba(var(--heat), calc(var(--shade) / 100%)); background: color-mix(in srgb, rgb(var(--heat)) var(--shade), var(--card));
  padding: 2px 4px; min-width: 30px; text-align: center; border-radius: 3px; font-variant-numeric: tabular-nums; }
.heat td.dark { color: #fff; } .dense td { min-width: 6px; padding: 0; height: 18px; }
@media (prefers-color-scheme: dark) { .heat td.dark { color: #0b0d10; } }
`;
