import { type Static, Type } from 'typebox';
import { logoCharsMax } from '../picture/logo.ts';

/** What the gateway says to a unit: JSON, one object a message, `type` first. wire.md, "MQTT". */

const seconds = (description: string) => Type.Integer({ minimum: 0, description });
const milliseconds = (description: string) => Type.Integer({ minimum: 0, description });

export const ackMessage = Type.Object({
  type: Type.Literal('ack'),
  epoch: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  upTo: Type.Integer({ minimum: 0, description: 'every kept record up to here is committed' }),
  also: Type.Array(Type.Integer({ minimum: 1 }), { description: 'committed beyond upTo' }),
  nack: Type.Array(Type.Object({ seq: Type.Integer({ minimum: 1 }), reason: Type.String() }), {
    description: 'refused for good: the unit keeps them aside and sends them no more',
  }),
});

/** zh-en: Chinese first, English below it; zh: Chinese alone. */
export const screenLanguage = Type.Union([Type.Literal('zh-en'), Type.Literal('zh')]);

/** What stands on the screen beside the code. Texts are zh-CN first. */
export const screenContent = Type.Object({
  version: Type.Integer({ minimum: 0 }),
  role: Type.Union([Type.Literal('tow-truck'), Type.Literal('patrol-car'), Type.Literal('kiosk')]),
  title: Type.String({ description: 'firm or unit of administration' }),
  titleEn: Type.String(),
  plate: Type.String(),
  hotline: Type.String({ description: 'supervision hotline' }),
  area: Type.String({ description: 'rescue sections or enforcement area' }),
  sample: Type.Boolean({ description: 'fictional: the screen says 示例' }),
  language: Type.Optional(screenLanguage),
  logo: Type.Optional(
    Type.String({ maxLength: logoCharsMax, description: "the firm's, PNG in base64" }),
  ),
});
export type ScreenContent = Static<typeof screenContent>;

/** Desired configuration, versioned; a unit applies the newest and reports it. */
export const configMessage = Type.Object({
  type: Type.Literal('config'),
  version: Type.Integer({ minimum: 1 }),
  screen: screenContent,
  training: Type.Boolean({ description: '演练，不计入评价' }),
  trainingUntilMs: Type.Optional(
    milliseconds('the training ends by itself at this moment; absent: when it is commissioned'),
  ),
  offlineAfterS: seconds('codes signed later than this after the last contact give no presence'),
});

/** The incident this unit works; `incident: null` takes it away. */
export const incidentMessage = Type.Object({
  type: Type.Literal('incident'),
  incident: Type.Union([
    Type.Null(),
    Type.Object({
      id: Type.String(),
      ref: Type.Integer({ minimum: 1, maximum: 0xff_ff }),
      place: Type.String({ description: 'section, stake and direction, for people' }),
      stage: Type.String(),
    }),
  ]),
});

/** A first fresh opening of a code: the screen answers 已扫码 and moves on. */
export const scannedMessage = Type.Object({
  type: Type.Literal('scanned'),
  issuedAt: seconds('issuedAt of the code that was opened'),
  openedAtMs: milliseconds('gateway time of the opening'),
});

/** Gateway time over the unit's nonce, with a nonce of the gateway's to echo at once. */
export const timeMessage = Type.Object({
  type: Type.Literal('time'),
  nonce: Type.String({ description: "the unit's nonce, base64url" }),
  gatewayMs: milliseconds('gateway time when this was sent'),
  echo: Type.String({ description: 'answer this nonce in a timeEcho record' }),
});

/** Longest text a crew is sent, in characters. */
export const crewTextCharsMax = 60;

export const commandMessage = Type.Object({
  type: Type.Literal('command'),
  id: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String({ maxLength: 64 }),
  askedAtMs: Type.Optional(milliseconds('gateway time at which somebody asked for it')),
  expiresAtMs: milliseconds('the unit does not obey the command after this'),
  text: Type.Optional(
    Type.String({ maxLength: 4 * crewTextCharsMax, description: 'of "message"' }),
  ),
  untilMs: Type.Optional(milliseconds('how long the text of "message" is shown')),
});

/** People of one message: with their names it stays well under `downBytesMax`. */
export const rosterPeopleMax = 40;
export const rosterPartsMax = 8;

/** Nothing of a person but what the unit needs to know them by. */
export const rosterPerson = Type.Object({
  personId: Type.String({ minLength: 1, maxLength: 64 }),
  badge: Type.String({
    maxLength: 32,
    description: '执法证号 or work number; typed to sign on',
  }),
  name: Type.String({ maxLength: 32 }),
  pin: Type.String({ maxLength: 96, description: 'scrypt$logN$r$p$salt$hash' }),
});

/**
 * Who may sign on at this unit while it has no line: in parts, taken up once all of one version
 * have come.
 */
export const rosterMessage = Type.Object({
  type: Type.Literal('roster'),
  version: Type.Integer({ minimum: 1 }),
  part: Type.Integer({ minimum: 1, maximum: rosterPartsMax }),
  parts: Type.Integer({ minimum: 1, maximum: rosterPartsMax }),
  people: Type.Array(rosterPerson, { maxItems: rosterPeopleMax }),
});

/** The release this unit should run, as long as it does not; null: what it runs is right. */
export const releaseMessage = Type.Object({
  type: Type.Literal('release'),
  release: Type.Union([
    Type.Null(),
    Type.Object({
      id: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of its manifest' }),
      version: Type.String({ maxLength: 32 }),
      bundleBytes: Type.Integer({ minimum: 1, description: 'of the whole file, header included' }),
    }),
  ]),
});

/** After a restore: send again what is still kept from here on. */
export const resendMessage = Type.Object({
  type: Type.Literal('resend'),
  epoch: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  fromSeq: Type.Integer({ minimum: 1 }),
});

export const downMessage = Type.Union([
  ackMessage,
  configMessage,
  incidentMessage,
  scannedMessage,
  timeMessage,
  commandMessage,
  rosterMessage,
  releaseMessage,
  resendMessage,
]);
export type DownMessage = Static<typeof downMessage>;
export type AckMessage = Static<typeof ackMessage>;
export type ConfigMessage = Static<typeof configMessage>;
export type IncidentMessage = Static<typeof incidentMessage>;
export type CommandMessage = Static<typeof commandMessage>;
export type RosterMessage = Static<typeof rosterMessage>;
export type RosterPerson = Static<typeof rosterPerson>;
export type ReleaseMessage = Static<typeof releaseMessage>;
