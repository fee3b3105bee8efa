/** A text in both languages; zh-CN is read first. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** What a page of the gateway says of a code. */
export interface PageText {
  readonly title: Text;
  /** What was found. */
  readonly found: Text;
  /** What to do now. */
  readonly advice: Text;
}

const rescan: Text = {
  zh: '请重新扫描车屏上的二维码，让整个码都在画面里。仍然不行，请拨打 12122 核实。',
  en: "Scan the code on the vehicle's screen again, with all of it in view. If that fails, call 12122 to check.",
};

/** Pages for codes that are not kept. Scan code, "Opening and redeeming", 1. */
export const refusalTexts = {
  malformed: {
    title: { zh: '这不是完整的信路码', en: 'This is not a complete Xinlu code' },
    found: {
      zh: '链接里的内容残缺或被改动，无法读出车辆身份。',
      en: 'The link is cut or altered; no vehicle identity can be read from it.',
    },
    advice: rescan,
  },
  'bad-signature': {
    title: { zh: '签名不符，可能是伪造的码', en: 'The signature is wrong: this may be forged' },
    found: {
      zh: '这个码不是它所称的车辆设备签发的。',
      en: 'This code was not made by the unit it names.',
    },
    advice: {
      zh: '请不要按此付款或提供个人信息。请扫描车屏上正在显示的码；仍然如此，请拨打 12122 核实。',
      en: "Do not pay or give personal details on the strength of it. Scan the code now on the vehicle's screen; if this page comes back, call 12122.",
    },
  },
  'unknown-unit': {
    title: { zh: '没有登记的设备', en: 'No such unit is registered' },
    found: {
      zh: '本系统没有登记过这个编号的车载或亭屏设备。',
      en: 'No vehicle or kiosk screen with this number is registered here.',
    },
    advice: {
      zh: '请不要按此付款或提供个人信息，并拨打 12122 核实车辆身份。',
      en: 'Do not pay or give personal details on the strength of it, and call 12122 to check the vehicle.',
    },
  },
  unavailable: {
    title: { zh: '暂时无法记录这次扫码', en: 'This scan cannot be recorded just now' },
    found: {
      zh: '系统正忙，这次扫码没有保存。',
      en: 'The system is busy; this scan has not been kept.',
    },
    advice: {
      zh: '请过几秒钟再扫描一次车屏。',
      en: "Scan the vehicle's screen again in a few seconds.",
    },
  },
} as const satisfies Record<string, PageText>;
export type RefusalName = keyof typeof refusalTexts;

/** How a kept scan stands, for the short page. `offline` and `candidate` are both fresh. */
export const keptTexts = {
  candidate: {
    title: { zh: '真码，正在有效期内', en: 'Genuine and current' },
    found: {
      zh: '这个码由下面的设备刚刚签发。',
      en: 'The unit below made this code just now.',
    },
    advice: {
      zh: '请核对车屏上的两个词和图形是否与下面一致；不一致，请拨打 12122。',
      en: "Check that the two words and the shape on the vehicle's screen are the same as below; if not, call 12122.",
    },
  },
  offline: {
    title: { zh: '真码，离线签发', en: 'Genuine, made offline' },
    found: {
      zh: '这台设备已较长时间没有联网，身份属实，但不能证明它此刻在场。',
      en: 'This unit has long been out of contact: its identity is genuine, its presence is not proven.',
    },
    advice: { zh: '请以车上人员证件为准核对。', en: "Check the crew's papers as well." },
  },
  replayed: {
    title: { zh: '真码，但已被扫过', en: 'Genuine, but scanned before' },
    found: {
      zh: '身份属实；这个码先前已经打开过，不能再用来评价。',
      en: 'The identity is genuine; this code was opened before and cannot be used to rate.',
    },
    advice: { zh: '请重新扫描车屏。', en: "Scan the vehicle's screen again." },
  },
  stale: {
    title: { zh: '真码，但已过期', en: 'Genuine, but expired' },
    found: {
      zh: '身份属实；这个码已过有效期，不能证明车辆此刻在场。',
      en: 'The identity is genuine; the code has expired and does not prove presence.',
    },
    advice: { zh: '请重新扫描车屏。', en: "Scan the vehicle's screen again." },
  },
  early: {
    title: { zh: '码的时间不对', en: 'The code is ahead of its time' },
    found: {
      zh: '签名属实，但签发时间晚于现在，设备时钟可能有误。',
      en: "The signature is genuine, but it is dated later than now: the unit's clock may be wrong.",
    },
    advice: {
      zh: '请稍后重新扫描车屏；仍然如此，请拨打 12122 核实。',
      en: 'Scan the screen again a little later; if this stays, call 12122 to check.',
    },
  },
  revoked: {
    title: { zh: '此设备或证件已停用', en: 'This unit or card is no longer valid' },
    found: {
      zh: '签发这个码的设备或证件已被停用或挂失。',
      en: 'The unit or card that carries this code has been suspended or reported lost.',
    },
    advice: {
      zh: '请不要按此付款或提供个人信息，并拨打 12122 核实。',
      en: 'Do not pay or give personal details on the strength of it, and call 12122 to check.',
    },
  },
  static: {
    title: { zh: '真证，印制码', en: 'Genuine printed card' },
    found: {
      zh: '这张证件登记在册；印制码不能证明本人或车辆此刻在场。',
      en: 'This card is registered; a printed code does not prove who or what is present.',
    },
    advice: { zh: '请同时扫描车屏上的码。', en: "Scan the code on the vehicle's screen as well." },
  },
} as const satisfies Record<string, PageText>;
export type KeptName = keyof typeof keptTexts;

/** Everything else on the pages. */
export const pageTexts = {
  product: { zh: '信路', en: 'Xinlu' },
  safety: { zh: '请先到护栏外，再看手机', en: 'Get behind the guard rail first, then read on' },
  kept: {
    zh: '本次扫码已保存。完整页面暂时打不开，请稍后点下面的链接。',
    en: 'This scan has been saved. The full page cannot be reached just now; use the link below a little later.',
  },
  openPage: { zh: '打开完整页面', en: 'Open the full page' },
  matchTitle: { zh: '车屏上是这两个词吗？', en: 'Does the screen show these two words?' },
  unit: { zh: '设备', en: 'Unit' },
  plate: { zh: '车牌', en: 'Plate' },
  holder: { zh: '单位', en: 'Organisation' },
  place: { zh: '位置', en: 'Place' },
  time: { zh: '扫码时间', en: 'Scanned at' },
  training: { zh: '演练，不计入评价', en: 'Training: not counted' },
  sample: { zh: '示例', en: 'Sample' },
} as const satisfies Record<string, Text>;
