import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { DutyName } from '../../protocols/scan-code/fields.ts';
import type { Notice, ScreenState } from './state.ts';

/** Every word the screen itself says: zh-CN first, English second. */
interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Role = ScreenContent['role'];

/** Title of the screen, and what its area is called. */
export const roleWords: Readonly<Record<Role, Words & { readonly area: string }>> = {
  'tow-truck': { zh: '清障救援', en: 'Roadside rescue', area: '救援路段' },
  'patrol-car': { zh: '路政执法', en: 'Road administration', area: '执法区域' },
  kiosk: { zh: '服务区', en: 'Service area', area: '服务范围' },
};

/** Title before a role is known. */
export const unknownRoleWords: Words = { zh: '信路终端', en: 'Xinlu unit' };

export const dutyWords: Readonly<Record<DutyName, string>> = {
  'off-duty': '未上岗',
  patrol: '巡逻中',
  assigned: '已派单',
  'en-route': '赶赴现场',
  'on-scene': '已到现场',
  working: '作业中',
  towing: '拖车中',
  returning: '返程中',
  'out-of-service': '暂停服务',
};

export const linkWords: Readonly<Record<ScreenState['link'], string>> = {
  online: '在线',
  offline: '离线',
};

export const gnssWords: Readonly<Record<ScreenState['gnss'], string>> = {
  fix: '已定位',
  'no-fix': '未定位',
  silent: '无信号',
};

export const noticeWords: Readonly<Record<Notice, Words & { readonly advice: string }>> = {
  'no-time': {
    zh: '时间未校准，暂不出码',
    en: 'Clock not set: no code yet',
    advice: '收到卫星或平台时间后自动恢复',
  },
  'not-enrolled': {
    zh: '终端未登记',
    en: 'This unit is not enrolled',
    advice: '请联系技术人员登记',
  },
  off: {
    zh: '终端已关闭',
    en: 'This unit is switched off',
    advice: '此屏不作身份凭证',
  },
  blanked: {
    zh: '二维码暂停显示',
    en: 'No valid code at the moment',
    advice: '请稍候，或拨打监督电话核实',
  },
  suspended: {
    zh: '终端已停用',
    en: 'This unit is suspended',
    advice: '请勿据此确认身份',
  },
};

export const screenWords = {
  sample: '示例',
  training: '演练，不计入评价',
  trainingEn: 'Drill: not rated',
  matchPrompt: '请核对手机上的两个词和图形',
  matchPromptEn: 'Compare with the words and shape on your phone',
  /** Over the match of the code now shown, while an opening of another one is answered. */
  matchNext: '下次扫码核对这两个词和图形',
  matchNextEn: 'Words and shape for the next scan',
  scanPrompt: '微信或相机扫码核验',
  echo: '已扫码 ✓',
  echoMatch: '刚才扫码：',
  validUntil: '有效至',
  hotline: '监督电话',
  callToCheck: '核实身份，请拨打',
  callToCheckEn: 'To check who this is, call',
  incident: '事件',
  enrolment: '终端登记',
  enrolmentEn: 'Enrolment',
  enrolmentPrompt: '请技术人员登录后扫码',
  enrolmentPromptEn: 'Technician: sign in, then scan',
  enrolmentNote: '登记码 10 分钟内有效',
  serial: '序列号',
  fingerprint: '密钥指纹',
} as const;
