import type { FastifyInstance } from 'fastify';
import { escapeHtml } from './html.ts';
import type { Said } from './texts.ts';

/** One thing a hand can do to an emulated world. */
export interface BenchControl {
  /** a-z, 0-9 and `-`: part of the address. */
  readonly name: string;
  readonly label: Said;
  /** True: done and in force, as a cable that is pulled. */
  readonly active: boolean;
}

export interface BenchGroup {
  readonly title: Said;
  readonly controls: readonly BenchControl[];
}

/** The emulated world of a simulated unit. A real unit has none: its world is real. */
export interface BenchControls {
  groups(): readonly BenchGroup[];
  /** What the emulated lamps show. */
  lamps(): Said;
  /** False: there is no such control. */
  act(name: string): boolean;
}

/** `POST /bench/{name}`: does it and goes back to the page. Plain forms, no script, no pin. */
export function registerBench(app: FastifyInstance, bench: BenchControls): void {
  const access = { config: { openAt: ['loopback'], isOpenForm: true } } as const;
  app.post<{ Params: { name: string } }>('/bench/:name', access, ({ params }, reply) => {
    if (!bench.act(params.name)) return reply.code(404).send({ code: 'not-found' });
    return reply.redirect('/', 303);
  });
}

function buttonHtml({ name, label, active }: BenchControl): string {
  const pressed = active ? ' aria-pressed="true" class="on"' : '';
  return (
    `<form method="post" action="/bench/${escapeHtml(name)}"><button${pressed}>` +
    `${escapeHtml(label.zh)}<small lang="en">${escapeHtml(label.en)}</small></button></form>`
  );
}

/** The section with the controls, for the page. */
export function benchHtml(bench: BenchControls, title: Said, note: Said): string {
  const groups = bench
    .groups()
    .map(
      (group) =>
        `<h3>${escapeHtml(group.title.zh)} <small lang="en">${escapeHtml(group.title.en)}</small>` +
        `</h3><div class="controls">${group.controls.map(buttonHtml).join('')}</div>`,
    );
  return (
    `<section class="bench" aria-labelledby="bench-title"><h2 id="bench-title">` +
    `${escapeHtml(title.zh)}<small lang="en">${escapeHtml(title.en)}</small></h2>` +
    `<p>${escapeHtml(note.zh)} <small lang="en">${escapeHtml(note.en)}</small></p>` +
    `<div id="bench">${groups.join('')}</div></section>`
  );
}
