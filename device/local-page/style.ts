import { fontFaceCss, pageFontFamily } from './page-fonts.ts';

export const pageCss = `${fontFaceCss()}
:root { color-scheme: light; --ink: #1c2430; --soft: #5b6675;
  --line: #dfe4ea; --paper: #f5f7f9; --good: #18794e; --wait: #9a5b00; --bad: #b42318; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem; color: var(--ink);
  background: var(--paper); line-height: 1.5;
  font-family: "${pageFontFamily}", system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
h1 { margin: 0; font-size: 1.4rem; letter-spacing: .02em; }
header p { margin: 0; color: var(--soft); }
main { display: grid; gap: 1.5rem; margin-top: 1.25rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { main { grid-template-columns: minmax(0, 1fr) 22rem; } }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; background: #fff; border: .75rem solid #20262e;
  border-radius: .75rem; }
.none { margin: 0; padding: 4rem 1rem; text-align: center; color: var(--soft); background: #fff;
  border: .75rem solid #20262e; border-radius: .75rem; }
figcaption { margin-top: .5rem; color: var(--soft); font-size: .9rem; }
section { padding: 1rem 1.25rem .25rem; background: #fff; border: 1px solid var(--line);
  border-radius: .75rem; align-self: start; }
h2 { margin: 0 0 .25rem; font-size: 1.05rem; }
dl { margin: 0; }
dl div { display: flex; gap: 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
dt { flex: 0 0 7rem; color: var(--soft); }
dd { margin: 0; flex: 1; min-width: 0; }
dd span { display: block; font-weight: 600; overflow-wrap: anywhere; }
dd:not(.plain) span::before { content: "●";
  margin-right: .45rem; font-size: .65em; vertical-align: .15em; }
.good span::before { color: var(--good); }
.wait span::before { color: var(--wait); }
.bad span { color: var(--bad); }
small { display: block; color: var(--soft); font-size: .8rem; font-weight: 400; }
h3 { margin: .9rem 0 .35rem; font-size: .9rem; color: var(--soft); }
h3 small { display: inline; font-weight: 400; }
.bench { grid-column: 1 / -1; padding-bottom: 1.1rem; }
.bench p { margin: .25rem 0 0; color: var(--soft); font-size: .9rem; }
.bench p small { display: inline; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; }
button { font: inherit; font-weight: 600; padding: .45rem .9rem; min-height: 2.75rem;
  color: var(--ink); background: #fff; border: 1px solid #b7c0cb; border-radius: .5rem;
  cursor: pointer; }
button:hover { border-color: var(--ink); }
button.on { color: #fff; background: #20262e; border-color: #20262e; }
button.on small { color: #d5dbe3; }
h2 small, figcaption small { display: inline; margin-left: .5rem; }
nav { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: 1rem; }
nav a { min-height: 2.75rem; padding: .3rem .8rem; color: var(--ink); text-decoration: none;
  background: #fff; border: 1px solid var(--line); border-radius: .5rem; line-height: 1.3; }
nav a[aria-current] { color: #fff; background: #20262e; border-color: #20262e; }
nav a[aria-current] small { color: #d5dbe3; }
.wide { grid-column: 1 / -1; padding-bottom: 1.1rem; }
.wide p { margin: .4rem 0 0; }
.wide p small { display: inline; margin-left: .4rem; }
.advice { margin: .4rem 0 0; padding: 0; list-style: none; }
.advice li { margin-top: .5rem; padding: .5rem .8rem; border-left: .3rem solid var(--wait);
  background: #fdf6e9; }
.advice li.bad { border-color: var(--bad); background: #fdeeec; }
.advice b { display: block; }
.advice small { color: #4a5462; }
.said { padding: .6rem .9rem; border-radius: .5rem; background: #e8f3ec; font-weight: 600; }
.said.bad { background: #fdeeec; } .said.wait { background: #fdf6e9; }
.said small { color: #4a5462; }
.drill { padding: .6rem .9rem; border-radius: .5rem; color: #fff; background: #8a4b00;
  font-weight: 700; }
.drill small { color: #fff; font-size: .9rem; }
.table { overflow-x: auto; }
table { width: 100%; margin-top: .6rem; border-collapse: collapse; font-size: .95rem; }
th, td { padding: .45rem .6rem .45rem 0; text-align: left; vertical-align: top;
  border-top: 1px solid var(--line); }
th { color: var(--soft); font-weight: 400; }
th small { display: block; }
nav + .controls { margin-top: .5rem; }
.wide .controls { margin-top: .9rem; }
@media (max-width: 40rem) { table { font-size: .86rem; } td, th { padding-right: .35rem; } }
td.number, th.number { text-align: right; padding-right: .35rem;
  font-variant-numeric: tabular-nums; }
td.message { overflow-wrap: anywhere; }
td .good::before, td .bad::before, td .wait::before { content: "●"; margin-right: .4rem;
  font-size: .65em; vertical-align: .15em; }
td .good::before { color: var(--good); } td .wait::before { color: var(--wait); }
td .bad { color: var(--bad); font-weight: 600; }
.columns { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.frames { display: grid; gap: 1rem; margin-top: .8rem;
  grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); }
.frames img { border-width: .4rem; }
label { display: block; margin-top: .7rem; font-weight: 600; }
label small { display: inline; margin-left: .4rem; }
input { width: 100%; max-width: 20rem; min-height: 2.75rem; margin-top: .25rem;
  padding: .4rem .7rem; font: inherit; border: 1px solid #8a94a1; border-radius: .5rem; }
form .controls { margin-top: .9rem; }
.out { margin-left: auto; }
:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px; }
`;
