import type { DutyName } from '../../protocols/scan-code/fields.ts';
import type { Notice } from '../code/screen-facts.ts';

/** One thing said to a person: Chinese first, English second. */
export interface Said {
  readonly zh: string;
  readonly en: string;
}

/** `tone` colours the mark beside a line; the words alone say the same. */
export interface Line extends Said {
  readonly tone: 'good' | 'wait' | 'bad' | 'plain';
}

export const labels = {
  title: { zh: '终端状态', en: 'Unit status' },
  screen: { zh: '二维码', en: 'Code' },
  matchWords: { zh: '核对词', en: 'Match words' },
  echo: { zh: '刚才扫码', en: 'Last scan' },
  link: { zh: '网关', en: 'Gateway' },
  gnss: { zh: '定位', en: 'Position' },
  time: { zh: '时间', en: 'Time' },
  duty: { zh: '勤务', en: 'Duty' },
  records: { zh: '待送记录', en: 'Records waiting' },
  unit: { zh: '单元编号', en: 'Unit number' },
  ignition: { zh: '点火', en: 'Ignition' },
  panel: { zh: '屏幕面板', en: 'Panel' },
  crew: { zh: '车上人员', en: 'Aboard' },
  dispatcher: { zh: '调度', en: 'From the dispatcher' },
  drill: { zh: '演练，不计入评价', en: 'Training: nothing counts' },
  lamps: { zh: '指示灯', en: 'Lamps' },
  bench: { zh: '模拟操作', en: 'Hands on the simulated vehicle' },
  benchNote: {
    zh: '仅模拟终端有此栏；真实终端上由人和车来做。',
    en: 'Simulated units only: on a real one people and the vehicle do this.',
  },
  frame: { zh: '屏幕当前画面', en: 'What stands on the glass' },
  noFrame: { zh: '屏幕上没有画面', en: 'Nothing stands on the glass' },
} as const satisfies Record<string, Said>;

export const noticeLines: Readonly<Record<Notice, Line>> = {
  'no-time': {
    tone: 'wait',
    zh: '时间未校准，暂不出码',
    en: 'No trusted time yet, so no code is shown',
  },
  'not-enrolled': {
    tone: 'wait',
    zh: '尚未登记，请技术员扫描登记码',
    en: 'Not enrolled: a technician scans the enrolment code',
  },
  off: { tone: 'bad', zh: '终端已关闭', en: 'The unit is switched off' },
  blanked: {
    tone: 'bad',
    zh: '二维码已过期并撤下',
    en: 'The code ran out and was taken off the glass',
  },
  suspended: { tone: 'bad', zh: '终端已停用', en: 'The unit is suspended' },
};

/** Training without an end of its own. */
export const trainingOpen: Said = { zh: '（投用后结束）', en: '(until it is commissioned)' };

export function trainingUntil(moment: string): Said {
  return { zh: `（至 ${moment}）`, en: `(until ${moment})` };
}

export const faultLine: Line = {
  tone: 'bad',
  zh: '画面无法显示，正在重试',
  en: 'The frame cannot be shown; trying again',
};
export const emptyLine: Line = { tone: 'wait', zh: '正在准备', en: 'Getting ready' };

/** A valid code on the glass, with the seconds it still has. */
export function codeLine(leftS: number): Line {
  if (leftS <= 0) return { tone: 'bad', zh: '已过期', en: 'The code has run out' };
  return {
    tone: 'good',
    zh: `有效，剩余 ${leftS} 秒`,
    en: `Valid code, ${leftS} s left`,
  };
}

/** Null: nobody tells, as at a kiosk. */
export function ignitionLine(on: boolean | null): Line {
  if (on === null) return { tone: 'plain', zh: '—', en: '' };
  return on
    ? { tone: 'good', zh: '已点火', en: 'On' }
    : { tone: 'wait', zh: '已熄火，终端待机', en: 'Off: the unit stands by' };
}

const panelFaults: Readonly<Record<string, Said>> = {
  temperature: { zh: '超出温度范围，暂停刷新', en: 'Out of its temperature range: not refreshed' },
  'busy-timeout': { zh: '屏幕无应答', en: 'The panel does not answer' },
};

/** What is wrong with the panel, and how warm it is. */
export function panelLine(fault: string | null, temperatureC: number | null): Line {
  const degrees = temperatureC === null ? '' : ` ${Math.round(temperatureC)} °C`;
  if (fault === null) return { tone: 'good', zh: `正常${degrees}`, en: `Working${degrees}` };
  const said = panelFaults[fault] ?? { zh: `故障 ${fault}`, en: `Fault: ${fault}` };
  return { tone: 'bad', zh: said.zh + degrees, en: said.en + degrees };
}

export const linkLines = {
  online: { tone: 'good', zh: '已连接', en: 'Connected' },
  offline: {
    tone: 'wait',
    zh: '未连接，记录先存在本机',
    en: 'Not connected; records are kept here',
  },
} as const satisfies Record<string, Line>;

export const gnssLines = {
  fix: { tone: 'good', zh: '已定位', en: 'Position known' },
  'no-fix': { tone: 'wait', zh: '正在搜星', en: 'Searching for satellites' },
  silent: { tone: 'bad', zh: '接收机无数据', en: 'The receiver says nothing' },
} as const satisfies Record<string, Line>;

export const timeLines = {
  trusted: { tone: 'good', zh: '已校准', en: 'Trusted' },
  untrusted: { tone: 'wait', zh: '未校准', en: 'Not trusted yet' },
} as const satisfies Record<string, Line>;

export const dutyTexts: Readonly<Record<DutyName, Said>> = {
  'off-duty': { zh: '下勤', en: 'Off duty' },
  patrol: { zh: '巡逻待命', en: 'On patrol' },
  assigned: { zh: '已派单', en: 'Assigned' },
  'en-route': { zh: '赶往现场', en: 'On the way' },
  'on-scene': { zh: '到达现场', en: 'On scene' },
  working: { zh: '作业中', en: 'Working' },
  towing: { zh: '拖运中', en: 'Towing' },
  returning: { zh: '返程', en: 'Returning' },
  'out-of-service': { zh: '停运', en: 'Out of service' },
};
