import type { RecordKind } from '../../protocols/messages/record-table.ts';
import type { SelfTestPart } from '../../protocols/messages/self-test-lines.ts';
import type { CrewRefusal } from '../crew/crew.ts';
import type { LogLevel } from '../log/log-ring.ts';
import type { Line, Said } from './texts.ts';
import type { FittedPart } from './unit-view.ts';

/** Words of the pages behind the PIN: zh-CN first, English second. */

export const navTexts = {
  '/': { zh: '概况', en: 'Overview' },
  '/frames': { zh: '画面', en: 'Frames' },
  '/parts': { zh: '部件', en: 'Parts' },
  '/queue': { zh: '记录', en: 'Records' },
  '/log': { zh: '日志', en: 'Log' },
  '/test': { zh: '自检', en: 'Self-test' },
  '/crew': { zh: '人员', en: 'Crew' },
} as const satisfies Record<string, Said>;
export type PagePath = keyof typeof navTexts;

export const pinTexts = {
  title: { zh: '输入本机 PIN', en: 'PIN of this unit' },
  label: { zh: '8 位 PIN', en: '8-digit PIN' },
  enter: { zh: '进入', en: 'Enter' },
  leave: { zh: '退出', en: 'Leave' },
  more: { zh: '维护页面（需 PIN）', en: 'Service pages (PIN)' },
  where: {
    zh: '首次启动时生成，在本机文件 secrets/local-pin 中，仅管理员可读。',
    en: 'Made at the first start: in the file secrets/local-pin of this unit, for its owner only.',
  },
  wrong: { zh: 'PIN 不对，请核对后重试。', en: 'This is not the PIN: check it and try again.' },
} as const satisfies Record<string, Said>;

/** Locked out for some seconds. */
export function lockedText(seconds: number): Said {
  return {
    zh: `错误次数过多，请 ${seconds} 秒后再试。`,
    en: `Too many wrong tries: wait ${seconds} s.`,
  };
}

export const actionTexts = {
  title: { zh: '操作', en: 'Actions' },
  'next-code': { zh: '换下一个码', en: 'Next code' },
  blink: { zh: '闪灯找车', en: 'Blink' },
  test: { zh: '开始自检', en: 'Run the self-test' },
  board: { zh: '上车', en: 'Sign on' },
  leave: { zh: '下车', en: 'Sign off' },
} as const satisfies Record<string, Said>;

/** What came of an action: `?said=` of the page it goes back to. */
export const saidTexts = {
  'next-code': {
    tone: 'good',
    zh: '屏幕允许时即换下一个码。',
    en: 'The next code comes as soon as the panel allows.',
  },
  blink: { tone: 'good', zh: '指示灯闪 10 秒。', en: 'The lamps blink for 10 s.' },
  'no-lamps': { tone: 'wait', zh: '本机未装指示灯。', en: 'No lamps are fitted to this unit.' },
  board: { tone: 'good', zh: '已上车。', en: 'Signed on.' },
  leave: { tone: 'good', zh: '已下车。', en: 'Signed off.' },
  'wrong-pin': {
    tone: 'bad',
    zh: '证号或 PIN 不对，请核对；名单可能尚未更新。',
    en: 'Badge or PIN do not fit: check them. The list of people may not have come yet.',
  },
  'too-many': {
    tone: 'bad',
    zh: '错误次数过多，请稍后再试。',
    en: 'Too many wrong tries: wait a little.',
  },
  conflict: {
    tone: 'bad',
    zh: '车上人数已满，请先有人下车。',
    en: 'The vehicle is full: somebody has to sign off first.',
  },
} as const satisfies Record<string, Line> & Record<CrewRefusal, Line>;
export type SaidName = keyof typeof saidTexts;

export const frameTexts = {
  now: { zh: '当前画面', en: 'On the glass now' },
  nowMasked: {
    zh: '当前画面（二维码在有效期内遮住，防止异地使用）',
    en: 'On the glass now; its code is masked while it may be used, so that nobody redeems it from elsewhere',
  },
  last: { zh: '最近画面', en: 'Last frames' },
  none: { zh: '还没有出过码。', en: 'No code has been shown yet.' },
  masked: { zh: '已遮码', en: 'code masked' },
} as const satisfies Record<string, Said>;

export const partTexts = {
  clock: { zh: '时钟', en: 'Clock' },
  source: { zh: '来源', en: 'Source' },
  trusted: { zh: '可信时间', en: 'Trusted time' },
  uncertainty: { zh: '误差上限', en: 'Off by at most' },
  offset: { zh: '系统时钟偏差', en: 'Machine clock is off by' },
  gnss: { zh: '卫星定位', en: 'Satellite position' },
  state: { zh: '状态', en: 'State' },
  place: { zh: '位置 (WGS-84)', en: 'Place (WGS-84)' },
  satellites: { zh: '所用卫星', en: 'Satellites used' },
  hdop: { zh: '水平精度因子', en: 'HDOP' },
  speed: { zh: '速度', en: 'Speed' },
  age: { zh: '多久以前', en: 'How old' },
  line: { zh: '通信', en: 'Line' },
  gateway: { zh: '网关', en: 'Gateway' },
  sim: { zh: 'SIM 卡', en: 'SIM' },
  signal: { zh: '信号', en: 'Signal' },
  operator: { zh: '网络', en: 'Network' },
  power: { zh: '电源与机器', en: 'Power and machine' },
  board: { zh: '主板温度', en: 'Board' },
  disk: { zh: '磁盘剩余', en: 'Disk free' },
  buttons: { zh: '按钮盒', en: 'Control panel' },
  fitted: { zh: '配置的部件', en: 'Configured parts' },
  noneFound: {
    zh: '没有找到串口、面板或输入设备。',
    en: 'No serial line, panel or input was found.',
  },
  found: { zh: '本机可接的部件', en: 'Parts this machine could carry' },
  notFitted: { zh: '未装', en: 'Not fitted' },
  noAnswer: { zh: '无应答', en: 'No answer' },
  linked: { zh: '已连接', en: 'Linked' },
} as const satisfies Record<string, Said>;

export const clockSourceTexts: Readonly<Record<string, Said>> = {
  none: { zh: '无', en: 'none' },
  gnss: { zh: '卫星', en: 'satellites' },
  gateway: { zh: '网关签名时间', en: "the gateway's signed time" },
  holdover: { zh: '守时', en: 'carried over' },
  rtc: { zh: '实时时钟', en: 'real-time clock' },
};

export const simTexts: Readonly<Record<string, Said>> = {
  ready: { zh: '就绪', en: 'Ready' },
  locked: { zh: '需要 PIN 码', en: 'Locked' },
  absent: { zh: '未插卡', en: 'No card' },
};

export const fittedTexts: Readonly<Record<FittedPart['name'], Said>> = {
  display: { zh: '屏幕', en: 'Display' },
  gnss: { zh: '定位接收机', en: 'Receiver' },
  panel: { zh: '按钮盒', en: 'Control panel' },
  modem: { zh: '通信模块', en: 'Modem' },
};

export const queueTexts = {
  title: { zh: '待送记录', en: 'Records that wait' },
  kind: { zh: '种类', en: 'Kind' },
  waiting: { zh: '待送', en: 'Waiting' },
  refused: { zh: '被拒', en: 'Refused' },
  rows: { zh: '共存', en: 'Kept' },
  bytes: { zh: '千字节', en: 'kB' },
  oldest: { zh: '最早一条', en: 'Oldest' },
  noneWaits: { zh: '全部已送达。', en: 'Everything has been delivered.' },
  gaps: {
    zh: '“缺口”表示因空间或损坏舍弃过明细，网关已知道或将知道。',
    en: 'A gap says that detail was given up for room or damage; the gateway knows, or will.',
  },
} as const satisfies Record<string, Said>;

export const kindTexts: Readonly<Record<RecordKind, Said>> = {
  fix: { zh: '位置', en: 'position' },
  status: { zh: '状态', en: 'status' },
  shown: { zh: '出码', en: 'code shown' },
  event: { zh: '事件', en: 'event' },
  commandResult: { zh: '指令结果', en: 'command result' },
  configReported: { zh: '配置回报', en: 'configuration' },
  gap: { zh: '缺口', en: 'gap' },
  hello: { zh: '上线', en: 'hello' },
  timeRequest: { zh: '对时', en: 'time request' },
  timeEcho: { zh: '对时应答', en: 'time echo' },
  crew: { zh: '人员', en: 'crew' },
  logChunk: { zh: '日志', en: 'log' },
  update: { zh: '升级', en: 'update' },
};

export const logTexts = {
  title: {
    zh: '日志（最近 500 行，不含密钥和二维码）',
    en: 'Log: the last 500 lines, without keys and codes',
  },
  least: { zh: '级别', en: 'Level' },
  none: { zh: '没有这样的行。', en: 'No such lines.' },
} as const satisfies Record<string, Said>;

export const levelTexts: Readonly<Record<LogLevel, Said>> = {
  debug: { zh: '全部', en: 'All' },
  info: { zh: '信息', en: 'Info' },
  warn: { zh: '警告', en: 'Warnings' },
  error: { zh: '错误', en: 'Errors' },
};

export const testTexts = {
  title: { zh: '自检', en: 'Self-test' },
  note: {
    zh: '不影响出码。每个部件最多等 20 秒。',
    en: 'Codes go on meanwhile. Each part is given 20 s at most.',
  },
  never: { zh: '还没有做过。', en: 'Not run yet.' },
  running: { zh: '正在检查', en: 'Being looked at' },
} as const satisfies Record<string, Said>;

export const testPartTexts: Readonly<Record<SelfTestPart, Said>> = {
  gnss: { zh: '定位', en: 'Position' },
  modem: { zh: '通信模块', en: 'Modem' },
  screen: { zh: '屏幕', en: 'Screen' },
  buttons: { zh: '按钮', en: 'Buttons' },
  clock: { zh: '时钟', en: 'Clock' },
  disk: { zh: '磁盘', en: 'Disk' },
  link: { zh: '网关', en: 'Gateway' },
  power: { zh: '电源', en: 'Power' },
};

export const testResultLines = {
  pass: { tone: 'good', zh: '通过', en: 'Pass' },
  fail: { tone: 'bad', zh: '未通过', en: 'Fail' },
  'not-fitted': { tone: 'plain', zh: '未装', en: 'Not fitted' },
} as const satisfies Record<string, Line>;

export const crewTexts = {
  title: { zh: '车上人员', en: 'Aboard' },
  none: { zh: '没有人签到。', en: 'Nobody is signed on.' },
  sign: { zh: '上车或下车', en: 'Sign on or off' },
  badge: { zh: '执法证号或工号', en: 'Badge or work number' },
  pin: { zh: '个人 PIN', en: 'Your own PIN' },
  note: {
    zh: '离线也可签到，联网后自动上报；班次到时自动结束。',
    en: 'Works without a line and is told later; a shift ends by itself.',
  },
} as const satisfies Record<string, Said>;

/** How many people this unit knows. */
export function rosterText(people: number, version: number): Said {
  return people === 0
    ? {
        zh: '名单尚未下发，暂不能签到。',
        en: 'The list of people has not come: nobody can sign on.',
      }
    : { zh: `名单第 ${version} 版，${people} 人`, en: `List ${version}: ${people} people` };
}

export function sinceText(time: string): Said {
  return { zh: `${time} 起`, en: `since ${time}` };
}
