/** Why a fee check cannot be made, and what to do; the status where the code is an answer. */
export const feeRefusals = {
  'bad-input': {
    status: 400,
    zh: '填写的内容无法识别，请更正所指出的项目。',
    en: 'The input does not fit: correct the field named.',
  },
  'too-large': {
    status: 413,
    zh: '填写的内容过长，请删减。',
    en: 'The input is too large: send less.',
  },
  'bad-moment': {
    status: 400,
    zh: '请给出事件时间，例如 2026-06-01T08:30:00+08:00。',
    en: 'Give the moment of the incident in at, such as 2026-06-01T08:30:00+08:00.',
  },
  'vehicle-class-missing': {
    status: 400,
    zh: '请选择车型类别。',
    en: 'Choose the vehicle class.',
  },
  'unknown-vehicle-class': {
    status: 400,
    zh: '收费标准中没有此车型类别，请从所列类别中选择。',
    en: 'The tariff has no such vehicle class: choose one of those it lists.',
  },
  'services-missing': {
    status: 400,
    zh: '请至少选择一个服务项目。',
    en: 'Name at least one service in qty.',
  },
  'meter-missing': {
    status: 400,
    zh: '该项目按量计费，请填写所指出的数量。',
    en: 'This item is charged by measure: give the quantity named.',
  },
  'unknown-tariff': {
    status: 404,
    zh: '没有此编号的收费标准，请核对编号，或不填编号。',
    en: 'There is no tariff of this id: correct it, or leave it out.',
  },
  'tariff-not-in-force': {
    status: 404,
    zh: '该收费标准在事件当日未施行，请不填编号，由系统选用当日施行的标准。',
    en: 'This tariff was not in force on that day: leave the id out to use the one that was.',
  },
  'no-tariff-in-force': {
    status: 404,
    zh: '事件当日没有已公布的收费标准，请拨打 12122 或 12328 询问。',
    en: 'No published tariff was in force on that day: ask at 12122 or 12328.',
  },
} as const;

export type FeeRefusalCode = keyof typeof feeRefusals;

/** An expected no: a code, and the field or name it is about. */
export interface FeeRefusal {
  readonly refused: FeeRefusalCode;
  readonly about: string | null;
}

export function refusal(refused: FeeRefusalCode, about: string | null = null): FeeRefusal {
  return { refused, about };
}

/** What a program or a page is told. */
export function describeRefusal({ refused, about }: FeeRefusal) {
  const { zh, en } = feeRefusals[refused];
  const detail = about === null ? '' : ` (${about})`;
  return { code: refused, about, message: `${en}${detail}`, messageZh: `${zh}${detail}` };
}
