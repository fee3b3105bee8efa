import { type Static, Type } from 'typebox';

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
});
export type ScreenContent = Static<typeof screenContent>;

/** Desired configuration, versioned; a unit applies the newest and reports it. */
export const configMessage = Type.Object({
  type: Type.Literal('config'),
  version: Type.Integer({ minimum: 1 }),
  screen: screenContent,
  training: Type.Boolean({ description: '演练，不计入评价' }),
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

export const commandMessage = Type.Object({
  type: Type.Literal('command'),
  id: Type.String(),
  name: Type.String(),
  expiresAtMs: milliseconds('the unit ignores the command after this'),
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
  resendMessage,
]);
export type DownMessage = Static<typeof downMessage>;
export type AckMessage = Static<typeof ackMessage>;
export type ConfigMessage = Static<typeof configMessage>;
export type IncidentMessage = Static<typeof incidentMessage>;
