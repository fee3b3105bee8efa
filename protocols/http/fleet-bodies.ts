import { type Static, Type } from 'typebox';

/** What the gateway tells the server of units. Times are Unix ms by the gateway's clock. */

export const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** How far a unit is on its way from the list to the road. */
export const progressSteps = [
  'registered',
  'pending',
  'enrolled',
  'proven',
  'commissioned',
  'aside',
  'over',
] as const;
export type Progress = (typeof progressSteps)[number];

/** Acts on a unit that need nothing but a reason. */
export const plainActs = [
  'rekey',
  'rma',
  'transfer',
  'reopen',
  'suspend',
  'resume',
  'retire',
  'revoke',
] as const;
/** Everything a technician does to a unit, each with a reason. */
export const lifeActs = ['move', 'replace', ...plainActs] as const;
export type LifeAct = (typeof lifeActs)[number];

export const unitLine = Type.Object({
  serial: Type.String(),
  unitId: nullable(Type.Integer({ description: 'number in the codes' })),
  role: Type.String({ description: 'tow-truck, patrol-car or kiosk' }),
  model: Type.String(),
  state: Type.String({ description: 'of the registry' }),
  progress: Type.Enum(progressSteps),
  enrolment: Type.Integer(),
  vehicleId: nullable(Type.String()),
  plate: nullable(Type.String()),
  organisation: nullable(Type.String({ description: 'of the vehicle, else the depot' })),
  depot: nullable(Type.String()),
  sim: nullable(Type.String({ description: 'ICCID' })),
  training: Type.Boolean(),
  online: Type.Boolean(),
  lastContactMs: nullable(Type.Integer()),
  presence: nullable(
    Type.Object({ state: Type.String(), reason: Type.String(), sinceMs: Type.Integer() }),
  ),
});
export type UnitLine = Static<typeof unitLine>;

/** Parts of the self-test, in the order they are read. product.md, "Technician". */
export const checkParts = ['screen', 'gnss', 'modem', 'buttons', 'clock', 'disk'] as const;
export type CheckPart = (typeof checkParts)[number];
export const checkResults = ['pass', 'wait', 'fail', 'not-fitted'] as const;

export const checkLine = Type.Object({
  part: Type.Enum(checkParts),
  result: Type.Enum(checkResults),
  code: Type.String({ description: 'why, from the words of the unit' }),
  value: nullable(Type.Number({ description: 'dBm, megabytes or milliseconds, by the part' })),
});
export type CheckLine = Static<typeof checkLine>;

/** A scan of the mounted screen by the technician's own phone. */
export const mountProof = Type.Object({
  scanId: Type.String(),
  provedAtMs: Type.Integer(),
  provedBy: Type.String(),
  lat: nullable(Type.Number({ description: 'degrees WGS-84' })),
  lon: nullable(Type.Number({ description: 'degrees WGS-84' })),
  errorM: nullable(Type.Number({ minimum: 0 })),
});
export type MountProof = Static<typeof mountProof>;

export const unitDetail = Type.Object({
  ...unitLine.properties,
  key: nullable(Type.Object({ keyId: Type.String(), fingerprint: Type.String() })),
  clockOffsetS: Type.Number({ description: 'unit clock − gateway clock' }),
  proof: nullable(mountProof),
  checks: Type.Array(checkLine),
  /** Life-cycle acts that the state allows. */
  acts: Type.Array(Type.Enum(lifeActs)),
  alerts: Type.Array(
    Type.Object({ kind: Type.String(), reason: Type.String(), sinceMs: Type.Integer() }),
  ),
  events: Type.Array(
    Type.Object({
      atMs: Type.Integer(),
      event: Type.String(),
      by: nullable(Type.String()),
      reason: nullable(Type.String()),
    }),
    { description: 'newest first' },
  ),
});
export type UnitDetail = Static<typeof unitDetail>;

export const enrolmentView = Type.Object({
  requestId: Type.String(),
  fingerprint: Type.String({ description: 'as it stands on the screen of the unit' }),
  source: Type.Enum(['network', 'code']),
  askedAtMs: Type.Integer(),
  unit: unitLine,
});
export type EnrolmentView = Static<typeof enrolmentView>;

export const importedRow = Type.Object({
  row: Type.Integer({ description: 'line of the file, the head is 1' }),
  serial: Type.String(),
  ok: Type.Boolean(),
  reason: Type.String({ description: 'code of the gateway’s table' }),
  about: nullable(Type.String({ description: 'the other serial or plate' })),
  message: Type.String(),
});
export type ImportedRowView = Static<typeof importedRow>;

const setting = {
  scope: Type.String({ description: 'fleet, organisation, model or unit' }),
  scopeId: Type.String(),
  key: Type.String(),
  value: Type.String(),
  version: Type.Integer(),
  setAtMs: Type.Integer(),
  setBy: Type.String(),
};
export const unitConfiguration = Type.Object({
  serial: Type.String(),
  desiredVersion: nullable(Type.Integer()),
  reported: nullable(
    Type.Object({
      version: Type.Integer(),
      applied: Type.Boolean(),
      reason: nullable(Type.String()),
      reportedAtMs: Type.Integer(),
    }),
  ),
  drift: Type.Enum(['none', 'waiting', 'refused']),
  keys: Type.Array(Type.String(), { description: 'what can be set' }),
  settings: Type.Array(Type.Object({ ...setting, covers: Type.Array(Type.Object(setting)) }), {
    description: 'for each key the value nearest to the unit, and what it covers',
  }),
});
export type UnitConfiguration = Static<typeof unitConfiguration>;

export const commandView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  askedAtMs: Type.Integer(),
  askedBy: Type.String(),
  expiresAtMs: Type.Integer(),
  sentTimes: Type.Integer(),
  endedAtMs: nullable(Type.Integer()),
  outcome: nullable(Type.String({ description: 'done, refused or expired; null: waiting' })),
  code: nullable(Type.String()),
  detail: nullable(Type.String()),
});
export type CommandView = Static<typeof commandView>;

/** What stands on the glass; the code itself only once nobody can redeem it any more. */
export const glassView = Type.Object({
  shownAtMs: Type.Integer(),
  validUntilMs: Type.Integer(),
  isValid: Type.Boolean(),
  layoutVersion: nullable(Type.Integer()),
  contentVersion: nullable(Type.Integer()),
  decodedOk: nullable(Type.Boolean()),
  panelMode: nullable(Type.String()),
  frameHash: nullable(Type.String({ description: 'SHA-256, hex' })),
  digits: nullable(Type.String({ description: 'null while the window of the code is open' })),
});
export type GlassView = Static<typeof glassView>;

/** What an image or a USB stick brings to a unit: nothing secret. wire.md, "Enrolment". */
export const unitImage = Type.Object({
  v: Type.Literal(1),
  device: Type.Object(
    {
      gatewayUrl: Type.String({ description: 'https address of enrolment' }),
      codeAddress: Type.String({ description: 'where codes point' }),
      allowHttpCodes: Type.Boolean(),
    },
    { description: 'settings of the unit: the file is its --config' },
  ),
  fleetCaPem: Type.String({ description: 'the only authority the unit trusts' }),
  apn: Type.String({ description: 'of the mobile network; empty: the card’s own' }),
});
export type UnitImage = Static<typeof unitImage>;
