import { html } from 'ghtml';
import { duties, isPrinted, type Kind } from '../../../protocols/scan-code/fields.ts';
import type { Person, VehicleRole } from '../../directory/directory.ts';
import { type Identity, supervisionHotline } from '../../directory/identity.ts';
import type { ScanView } from '../../scan-page/view.ts';
import { phoneLink } from '../shared/layout.ts';
import type { Speech } from './context.ts';
import type { ScanMessageKey } from './messages.ts';

/** Officers that an act of enforcement takes at least. 行政处罚法 第四十二条. */
const officersMin = 2;

const roleNames: Readonly<Record<VehicleRole, ScanMessageKey>> = {
  'tow-truck': 'roleTowTruck',
  'patrol-car': 'rolePatrolCar',
  kiosk: 'roleKiosk',
};

const dutyNames: readonly ScanMessageKey[] = [
  'dutyOffDuty',
  'dutyPatrol',
  'dutyAssigned',
  'dutyEnRoute',
  'dutyOnScene',
  'dutyWorking',
  'dutyTowing',
  'dutyReturning',
  'dutyOutOfService',
];

/** A row of the card: label and markup; an empty value leaves the row out. */
type Row = readonly [label: string, markup: string];

export function rowList(rows: readonly Row[]): string {
  const shown = rows.filter(([, markup]) => markup !== '');
  return html`<dl>!${shown.map(([label, markup]) => html`<div><dt>${label}</dt><dd>!${markup}</dd></div>`)}</dl>`;
}

function personText(person: Person, { t, pick }: Speech): string {
  const name = pick(person.nameZh, person.nameEn);
  const notes = {
    officer: person.badgeNumber === '' ? '' : t('badgeNumber', { number: person.badgeNumber }),
    auxiliary: t('auxiliary'),
    'rescue-worker': pick(person.qualificationZh, person.qualificationEn) || t('worker'),
  };
  return html`<span class="person"><b>${name}</b> <span>${notes[person.role]}</span></span>`;
}

/** Things the driver should notice, each a sentence. */
export function marksOf({ report, kind }: ScanView, identity: Identity): ScanMessageKey[] {
  const { organisation, vehicle, people } = identity;
  const { place } = report;
  const isCrewed = vehicle !== null && vehicle.role !== 'kiosk' && kind !== 'static';
  const officers = people.filter(({ role }) => role === 'officer').length;
  const outside =
    place !== null &&
    organisation.sections.length > 0 &&
    !organisation.sections.includes(place.section);
  const marks: readonly (readonly [holds: boolean, mark: ScanMessageKey])[] = [
    [outside, 'outOfArea'],
    [isCrewed && people.length === 0, 'nobodyAboard'],
    [isCrewed && organisation.kind === 'enforcement' && officers === officersMin - 1, 'oneOfficer'],
  ];
  return marks.filter(([holds]) => holds).map(([, mark]) => mark);
}

function hotlineRow({ organisation, superior }: Identity, { t, pick }: Speech): Row {
  const above = organisation.kind === 'enforcement' ? superior : null;
  const whose =
    above === null
      ? ''
      : html`<small>${t('hotlineSuperior', { name: pick(above.nameZh, above.nameEn) })}</small>`;
  return [t('hotline'), phoneLink(supervisionHotline({ organisation, superior })) + whose];
}

function identityRows(view: ScanView, identity: Identity, speech: Speech): Row[] {
  const { t, pick } = speech;
  const { organisation, superior, vehicle, people } = identity;
  const isRescue = organisation.kind === 'rescue';
  const { kind, duty } = { kind: view.report.unit.kind as Kind, duty: view.report.duty };
  const crewLabel = vehicle === null ? t('person') : t(isRescue ? 'crew' : 'officers');
  const crew = people.map((person) => personText(person, speech)).join('');
  return [
    [
      t(isRescue ? 'rescueFirm' : 'enforcementUnit'),
      html`<b>${pick(organisation.nameZh, organisation.nameEn)}</b>`,
    ],
    [t('superiorUnit'), html`${superior === null ? '' : pick(superior.nameZh, superior.nameEn)}`],
    [crewLabel, vehicle?.role === 'kiosk' ? '' : crew],
    [t('qualification'), html`${pick(organisation.qualificationZh, organisation.qualificationEn)}`],
    [t('address'), html`${pick(organisation.addressZh, organisation.addressEn)}`],
    [
      t(isRescue ? 'rescueSections' : 'enforcementArea'),
      html`${pick(organisation.areaZh, organisation.areaEn)}`,
    ],
    [t('duty'), isPrinted(kind) || duties[duty] === undefined ? '' : t(dutyNames[duty] ?? 'duty')],
    hotlineRow(identity, speech),
  ];
}

function unknownCard(view: ScanView, { t }: Speech): string {
  return html`<section class="card" id="identity" aria-labelledby="identity-title">
<h2 id="identity-title">${t('titleUnknown')}</h2>
<p class="mark">${t('identityUnknown', { unitId: view.report.unit.unitId })}</p>
</section>`;
}

/** The few lines a hotline needs to look into a revoked code; never a full identity. */
function revokedCard(identity: Identity, speech: Speech): string {
  const { t, pick } = speech;
  const { organisation, vehicle } = identity;
  const unit = t(organisation.kind === 'rescue' ? 'rescueFirm' : 'enforcementUnit');
  return html`<section class="card" id="identity" aria-labelledby="identity-title">
<h2 id="identity-title">${t('identityRevoked')}</h2>
!${rowList([
    [unit, html`${pick(organisation.nameZh, organisation.nameEn)}`],
    [t('plate'), html`${vehicle?.plate}`],
    hotlineRow(identity, speech),
  ])}
</section>`;
}

/** Who this is: all fields of the source for rescue and for enforcement. product.md, step 2. */
export function identityCard(view: ScanView, speech: Speech): string {
  const { t } = speech;
  const { identity } = view;
  if (identity === null) return unknownCard(view, speech);
  if (view.kind === 'revoked') return revokedCard(identity, speech);
  const { organisation, vehicle } = identity;
  const stamp = organisation.sample ? html`<span class="stamp">${t('sampleTag')}</span>` : '';
  const plate =
    vehicle === null
      ? ''
      : html`<p class="plate"><b class="plate-${vehicle.role}">${vehicle.plate}</b>
<span>${t(roleNames[vehicle.role])}</span></p>`;
  const marks = marksOf(view, identity).map((mark) => html`<p class="mark">${t(mark)}</p>`);
  return html`<section class="card identity" id="identity" aria-labelledby="identity-title">
<h2 id="identity-title">${t(view.kind === 'static' ? 'identityPrinted' : 'identityTitle')}</h2>
!${stamp}!${plate}!${marks}
!${rowList(identityRows(view, identity, speech))}
</section>`;
}
