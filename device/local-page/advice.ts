import type { Said } from './texts.ts';
import type { UnitView } from './unit-view.ts';

/** What is wrong, and what a person on the spot does about it. */
export interface Advice {
  /** `bad`: no work without it; `wait`: it works, with less. */
  readonly tone: 'bad' | 'wait';
  readonly wrong: Said;
  readonly todo: Said;
}

interface AdviceRow extends Advice {
  readonly holds: (view: UnitView) => boolean;
}

function said(zh: string, en: string): Said {
  return { zh, en };
}

function isEnrolled(view: UnitView): boolean {
  return view.facts().identity !== null;
}

function isOnline(view: UnitView): boolean {
  return view.facts().link === 'online';
}

function hasExpired(view: UnitView): boolean {
  const [code, nowMs] = [view.code(), view.nowMs()];
  return code !== null && nowMs !== null && nowMs > code.validUntilMs;
}

/** In the order in which a person would mend it. */
const rows: readonly AdviceRow[] = [
  {
    tone: 'bad',
    holds: (view) => !isEnrolled(view),
    wrong: said('终端尚未登记。', 'This unit is not enrolled.'),
    todo: said(
      '技术员登录后用手机扫描屏幕上的登记码。',
      'A technician signs in and scans the enrolment code on the screen.',
    ),
  },
  {
    tone: 'bad',
    holds: (view) => view.facts().suspended,
    wrong: said('终端已被停用。', 'This unit is suspended.'),
    todo: said('联系车队管理员恢复。', 'Ask the fleet manager to resume it.'),
  },
  {
    tone: 'bad',
    holds: (view) => view.nowMs() === null,
    wrong: said('没有可信时间，不出码。', 'There is no trusted time, so no code is shown.'),
    todo: said(
      '把车开到露天处，或恢复联网，一分钟内自动恢复。',
      'Drive under open sky or restore the line: codes come back within a minute.',
    ),
  },
  {
    tone: 'bad',
    holds: (view) => view.fault() === 'temperature',
    wrong: said('屏幕超出温度范围。', 'The panel is out of its temperature range.'),
    todo: said('开暖风或遮阳，回到范围后自动恢复。', 'Warm or shade it: it goes on by itself.'),
  },
  {
    tone: 'bad',
    holds: (view) => view.fault() !== null && view.fault() !== 'temperature',
    wrong: said('屏幕有故障。', 'The screen has a fault.'),
    todo: said(
      '检查屏幕排线和供电，再做一次自检。',
      'Check ribbon cable and power of the panel, then run the self-test.',
    ),
  },
  {
    tone: 'bad',
    holds: hasExpired,
    wrong: said('屏幕上的码已过期。', 'The code on the glass has run out.'),
    todo: said(
      '点“换下一个码”；仍不行则重启终端。',
      'Ask for the next code; else restart the unit.',
    ),
  },
  {
    tone: 'bad',
    holds: (view) => view.facts().gnss === 'silent',
    wrong: said('定位接收机无数据。', 'The receiver says nothing.'),
    todo: said('检查接收机的线和接头。', 'Check cable and plug of the receiver.'),
  },
  {
    tone: 'wait',
    holds: (view) => view.facts().gnss === 'no-fix',
    wrong: said('还没有定位。', 'There is no position yet.'),
    todo: said('把车移到露天处；检查天线。', 'Move under open sky; check the antenna.'),
  },
  {
    tone: 'bad',
    holds: (view) => view.modem()?.sim === 'absent' || view.modem()?.sim === 'locked',
    wrong: said('SIM 卡未插好或被锁。', 'The SIM is missing or locked.'),
    todo: said('插好 SIM 卡，关闭它的 PIN。', 'Insert the card and switch its PIN off.'),
  },
  {
    tone: 'wait',
    holds: (view) => isEnrolled(view) && !isOnline(view),
    wrong: said('没有连上网关，记录先存在本机。', 'No line to the gateway; records are kept here.'),
    todo: said(
      '看信号和 SIM 卡；有信号仍不通时上报管理员。',
      'Look at signal and SIM; with a signal and no line, tell the administrator.',
    ),
  },
  {
    tone: 'bad',
    holds: (view) => view.isPanelLinked() === false,
    wrong: said('按钮盒没有应答。', 'The control panel does not answer.'),
    todo: said('检查按钮盒的 USB 线。', 'Check its USB cable.'),
  },
  {
    tone: 'wait',
    holds: (view) => view.roster().people > 0 && view.aboard().length === 0,
    wrong: said('车上没有人签到。', 'Nobody is signed on aboard.'),
    todo: said('在“人员”页用证号和 PIN 上车。', 'Sign on with badge and PIN on the crew page.'),
  },
];

/** What is wrong now; none: all is well. */
export function adviceOf(view: UnitView): readonly Advice[] {
  return rows.filter(({ holds }) => holds(view));
}

export const allWell: Said = { zh: '一切正常。', en: 'All is well.' };
