import { documentHtml, headingHtml, type PageContext, rowHtml, saidHtml } from './document.ts';
import { type Html, html } from './html.ts';
import { momentOf } from './moment.ts';
import { clockSourceTexts, fittedTexts, partTexts, simTexts } from './page-texts.ts';
import {
  gnssLines,
  ignitionLine,
  type Line,
  labels,
  linkLines,
  panelLine,
  type Said,
} from './texts.ts';
import type { FoundPart, MachineView, UnitView } from './unit-view.ts';

type Row = readonly [Said, Line];

function plain(text: string, en = ''): Line {
  return { tone: 'plain', zh: text, en };
}

function plainSaid(said: Said | undefined, otherwise: string): Line {
  return said === undefined ? plain(otherwise) : plain(said.zh, said.en);
}

/** A number with its unit; — where nobody knows. */
function amount(value: number | null, unit: string, digits = 0): Line {
  return plain(value === null ? '—' : `${value.toFixed(digits)} ${unit}`);
}

function clockRows(view: UnitView): readonly Row[] {
  const { reading, offsetMs } = view.clock();
  const source = reading?.source ?? 'none';
  const trusted = reading === null ? '—' : momentOf(reading.ms);
  return [
    [partTexts.source, plainSaid(clockSourceTexts[source], source)],
    [partTexts.trusted, plain(trusted)],
    [partTexts.uncertainty, amount(reading?.uncertaintyMs ?? null, 'ms')],
    [partTexts.offset, amount(offsetMs, 'ms')],
  ];
}

function gnssRows(view: UnitView): readonly Row[] {
  const last = view.fix();
  const fix = last?.fix;
  const place = fix === undefined ? '—' : `${fix.lat.toFixed(6)}, ${fix.lon.toFixed(6)}`;
  return [
    [partTexts.state, gnssLines[view.facts().gnss]],
    [partTexts.satellites, plain(String(fix?.satsUsed ?? '—'))],
    [partTexts.hdop, plain(fix?.hdop?.toFixed(1) ?? '—')],
    [partTexts.place, plain(place)],
    [partTexts.speed, amount(fix?.speedMps ?? null, 'm/s', 1)],
    [partTexts.age, amount(last?.ageS ?? null, 's')],
  ];
}

function lineRows(view: UnitView): readonly Row[] {
  const gateway: Row = [partTexts.gateway, linkLines[view.facts().link]];
  if (!view.hasModem) return [gateway, [partTexts.sim, plainSaid(partTexts.notFitted, '')]];
  const modem = view.modem();
  if (modem === null) {
    return [gateway, [partTexts.sim, { tone: 'bad', ...partTexts.noAnswer }]];
  }
  const network = [modem.operator, modem.network].filter((word) => word !== null).join(' · ');
  return [
    gateway,
    [partTexts.sim, plainSaid(simTexts[modem.sim ?? ''], '—')],
    [partTexts.signal, amount(modem.rssiDbm, 'dBm')],
    [partTexts.operator, plain(network === '' ? '—' : network)],
  ];
}

function buttonsLine(view: UnitView): Line {
  const isLinked = view.isPanelLinked();
  if (isLinked === null) return plainSaid(partTexts.notFitted, '');
  if (isLinked) return { tone: 'good', ...partTexts.linked };
  return { tone: 'bad', ...partTexts.noAnswer };
}

function powerRows(view: UnitView, machine: MachineView): readonly Row[] {
  return [
    [labels.ignition, ignitionLine(view.ignition())],
    [partTexts.buttons, buttonsLine(view)],
    [labels.panel, panelLine(view.fault(), view.panelTemperatureC())],
    [partTexts.board, amount(machine.boardTemperatureC, '°C')],
    [partTexts.disk, amount(machine.diskFreeMb, 'MB')],
  ];
}

function sectionHtml(title: Said, id: string, rows: readonly Row[]): Html {
  return html`<section aria-labelledby="${id}">${headingHtml(title, id)}
<dl>${rows.map(rowHtml)}</dl></section>`;
}

function foundHtml(parts: readonly FoundPart[]): Html {
  const rows = parts
    .filter(({ found }) => found.length > 0)
    .map(
      ({ part, kind, found }) => html`<tr><td>${part}</td><td>${kind}</td>
<td class="message">${found.join(' ')}</td></tr>`,
    );
  if (rows.length === 0) return html`<p>${saidHtml(partTexts.noneFound)}</p>`;
  return html`<div class="table"><table>${rows}</table></div>`;
}

/** `GET /parts`: clock, receiver, line, power, and what hangs where. */
export async function partsPage(context: PageContext): Promise<string> {
  const { view } = context;
  const [machine, hardware] = await Promise.all([view.machine(), view.hardware()]);
  const fitted = view.fitted.map(
    ({ name, part, path }) => html`<tr><td>${saidHtml(fittedTexts[name])}</td><td>${part}</td>
<td class="message">${path}</td></tr>`,
  );
  const body = html`<div class="wide columns" id="live">
${sectionHtml(partTexts.clock, 'clock', clockRows(view))}
${sectionHtml(partTexts.gnss, 'gnss', gnssRows(view))}
${sectionHtml(partTexts.line, 'line', lineRows(view))}
${sectionHtml(partTexts.power, 'power', powerRows(view, machine))}
</div>
<section class="wide" aria-labelledby="fitted">${headingHtml(partTexts.fitted, 'fitted')}
<div class="table"><table>${fitted}</table></div></section>
<section class="wide" aria-labelledby="found">${headingHtml(partTexts.found, 'found')}
${foundHtml(hardware)}</section>`;
  return documentHtml(context, '/parts', body, 5);
}
