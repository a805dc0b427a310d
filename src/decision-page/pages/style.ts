/** The one style sheet. It stands inside the page, allowed there by its hash, so that a page is a single request. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f4f0; --card: #fff; --well: #f8f7f4; --ink: #1e2327; --quiet: #59636c; --line: #dfdcd4;
  --go: #1d5bb8; --go-ink: #fff; --stop: #9a4208; --stop-ground: #fff5ec; --focus: #1d5bb8;
  --low: #2f5d6b; --low-ground: #e6f0f2; --medium: #7a5200; --medium-ground: #fdf1d3;
  --high: #9c2a10; --high-ground: #fde6df; --new: #1d5bb8; --new-ground: #e8f0fc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121517; --card: #1b1f23; --well: #15191c; --ink: #e9e7e2; --quiet: #a0a9b1; --line: #31373d;
    --go: #8ab6ff; --go-ink: #0c1a30; --stop: #f3a86b; --stop-ground: #2a1f16; --focus: #8ab6ff;
    --low: #9cc9d6; --low-ground: #1c2c31; --medium: #f0c866; --medium-ground: #33290f;
    --high: #ff9d83; --high-ground: #3a1c14; --new: #8ab6ff; --new-ground: #1a2538;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere;
}
.top { padding: .875rem 1rem .25rem; max-width: 70rem; margin: auto; font-weight: 600; letter-spacing: .01em; }
.mark { display: inline-block; width: .8em; height: .8em; border: .2em solid var(--go); border-radius: 50%; margin-right: .45rem; vertical-align: -.05em; }
main { display: grid; gap: 1rem; padding: .5rem 1rem 3rem; max-width: 70rem; margin: auto; }
main > * { min-width: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .875rem; padding: 1.125rem; }
.end { max-width: 40rem; width: 100%; margin: 1.5rem auto 0; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: .5rem 0 .375rem; font-weight: 650; }
h2 { font-size: 1rem; line-height: 1.3; margin: 0 0 .5rem; font-weight: 650; }
p { margin: 0 0 .75rem; }
p:last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); font-size: .9375rem; }
code, pre, textarea.code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; }
.status { display: flex; flex-wrap: wrap; gap: .375rem 1rem; align-items: center; justify-content: space-between; }
.risk { display: inline-flex; gap: .375rem; padding: .125rem .625rem; border-radius: 1rem; font-weight: 600; font-size: .9375rem; }
.low { color: var(--low); background: var(--low-ground); }
.medium { color: var(--medium); background: var(--medium-ground); }
.high { color: var(--high); background: var(--high-ground); }
.left { font-weight: 600; font-variant-numeric: tabular-nums; }
.tool { display: inline-block; }
.arguments { margin: 1.125rem 0 0; }
.argument { margin-top: .75rem; }
.argument dt { font-weight: 600; font-size: .9375rem; margin-bottom: .25rem; }
.kind { color: var(--quiet); font-weight: 400; font-size: .8125rem; white-space: nowrap; }
.argument dd { margin: 0; }
.short { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 11fr); gap: 0 .75rem; align-items: baseline; margin-top: .375rem; }
.short dt { margin: 0; }
.short .untrusted { padding: .375rem .75rem; }
.short dd:nth-of-type(2) { grid-column: 1 / -1; }
.untrusted {
  margin: 0; padding: .625rem .75rem; background: var(--well); border-left: 3px solid var(--line);
  border-radius: 0 .5rem .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; unicode-bidi: plaintext;
}
.long { max-height: 70vh; overflow-y: auto; }
.notes { list-style: none; margin: .875rem 0 0; padding: 0; font-size: .9375rem; }
.notes li { padding: .25rem 0 .25rem 1.625rem; text-indent: -1.625rem; }
.notes span { display: inline-block; width: 1.625rem; text-indent: 0; }
.arguments .notes { margin-top: .375rem; }
.odd { color: var(--medium); }
.claim { border: 1px dashed var(--quiet); border-radius: .75rem; padding: .75rem; margin-top: 1rem; }
.claim h2 { font-size: .9375rem; color: var(--quiet); }
.claim .untrusted { border-left-style: dotted; font: inherit; }
.why { margin-top: 1rem; }
.notice { border: 1px solid var(--medium); background: var(--medium-ground); color: var(--medium); border-radius: .75rem; padding: .75rem 1rem; font-weight: 600; }
form { margin: 0; }
form + form, .deny { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
label, legend { display: block; font-weight: 600; font-size: .9375rem; }
input[type=text], textarea, select {
  width: 100%; margin: .25rem 0 .75rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--well); border: 1px solid var(--quiet); border-radius: .5rem;
}
textarea { min-height: 4.5rem; resize: vertical; }
textarea.code { min-height: 12rem; line-height: 1.45; }
.tick { display: flex; gap: .625rem; align-items: flex-start; font-weight: 400; padding: .375rem 0; margin-bottom: .5rem; }
.tick input { width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; flex: none; accent-color: var(--go); }
@supports selector(:has(*)) { form:not(:has([value=pattern]:checked)) .globs { display: none; } }
fieldset { border: 0; margin: 0 0 .75rem; padding: 0; min-width: 0; }
button {
  width: 100%; min-height: 3rem; padding: .5rem 1.25rem; border-radius: .625rem; border: 1px solid transparent;
  font: inherit; font-weight: 650; cursor: pointer;
}
.go { background: var(--go); color: var(--go-ink); }
.stop { background: var(--stop-ground); color: var(--stop); border-color: var(--stop); }
.plain { background: transparent; color: var(--go); border-color: var(--go); }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
details { border-top: 1px solid var(--line); padding: .25rem 0; }
form + details { margin-top: 1.25rem; }
details + details { margin-top: 0; }
.decide details:last-child { padding-bottom: 0; margin-bottom: -.5rem; }
details[open]:last-child { margin-bottom: 0; }
details[open]:not(:last-child) { padding-bottom: 1.25rem; }
summary { cursor: pointer; font-weight: 600; padding: .625rem 0; min-height: 2.75rem; }
details[open] > summary { margin-bottom: .375rem; }
.facts { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(0, 1fr); gap: .25rem 1rem; margin: 0; font-size: .9375rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
.past { list-style: none; margin: 0; padding: 0; font-size: .9375rem; }
.past li { padding: .5rem 0; border-top: 1px solid var(--line); }
.past li:first-child { border-top: 0; padding-top: 0; }
.past small { display: block; color: var(--quiet); font-size: .875rem; }
h2:not(:first-child) { margin-top: 1.5rem; }
h2 + .arguments { margin-top: 0; }
.diff div { padding-left: 1.25rem; text-indent: -1.25rem; }
.diff .out { background: var(--stop-ground); color: var(--stop); }
.diff .in { background: var(--new-ground); color: var(--new); }
.outcome { font-size: 2rem; line-height: 1; color: var(--go); }
.outcome.no { color: var(--stop); }
@media (min-width: 60rem) {
  body { font-size: 1.0625rem; }
  main { grid-template-columns: minmax(0, 1fr) 22.5rem; align-items: start; gap: 1.25rem; }
  .call, .background, .notice { grid-column: 1; }
  .decide { grid-column: 2; grid-row: 1 / span 3; position: sticky; top: 1rem; }
  .end, .wide { grid-column: 1 / -1; }
  .card { padding: 1.5rem; }
}
@media (prefers-contrast: more) { :root { --quiet: var(--ink); --line: var(--ink); } }
@media print { form, details, .decide { display: none; } }
`;
