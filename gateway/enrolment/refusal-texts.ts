import type { ErrorCode } from '../../protocols/errors.ts';
import type { Text } from '../scan/messages.ts';

export interface RefusalText {
  readonly title: Text;
  readonly advice: Text;
  /** A page of the server where it can be put right, after a login. */
  readonly next?: { readonly path: (serial: string) => string; readonly label: Text };
}

/** What a technician reads when an enrolment code is not taken: zh-CN first. */
export const enrolmentRefusals: Partial<Record<ErrorCode, RefusalText>> = {
  'code-expired': {
    title: { zh: '入网码已过期', en: 'This enrolment code has expired' },
    advice: {
      zh: '入网码 10 分钟内有效。请扫描屏幕上新的入网码；若仍然过期，请检查终端时间。',
      en: 'A code lasts ten minutes. Scan the new one on the screen; if it has expired too, check the clock of the unit.',
    },
  },
  'clock-off': {
    title: { zh: '终端时钟不准', en: 'The clock of the unit is ahead' },
    advice: {
      zh: '终端时间比网关快，入网码还没有生效。请让终端收到卫星或网络时间，再扫描屏幕上新的入网码。',
      en: 'The code is from later than now. Let the unit get its time from satellites or the network, then scan the new code on its screen.',
    },
  },
  'bad-signature': {
    title: { zh: '入网码签名无效', en: 'The signature of this enrolment code is wrong' },
    advice: {
      zh: '这可能不是本系统的终端，请核对设备来源，不要继续。',
      en: 'This may not be a unit of this system. Check where it comes from, and do not go on.',
    },
  },
  'unknown-serial': {
    title: { zh: '序列号尚未登记', en: 'This serial is not registered' },
    advice: {
      zh: '请先登记该序列号，再重新扫描屏幕上的入网码。',
      en: 'Register the serial first, then scan the code on the screen again.',
    },
    next: {
      path: () => '/bench/import',
      label: { zh: '登录并登记序列号', en: 'Log in and register it' },
    },
  },
  'serial-active': {
    title: { zh: '该序列号已有生效的密钥', en: 'This serial has an active key' },
    advice: {
      zh: '如果确是更换存储卡或重装系统，请登录后说明原因、更换密钥，再扫描屏幕上新的入网码；否则请勿继续。',
      en: 'If its card was replaced or its system set up anew: log in, re-key it with a reason, then scan the new code on the screen. Otherwise do not go on.',
    },
    next: {
      path: (serial) => `/bench/units/${serial}/act/rekey`,
      label: { zh: '登录并更换密钥', en: 'Log in and re-key' },
    },
  },
};

/** Every other refusal. */
export const unreadableCode: RefusalText = {
  title: { zh: '无法识别入网码', en: 'This is not an enrolment code' },
  advice: {
    zh: '请对准终端屏幕，重新扫描入网码。',
    en: 'Scan the code on the screen of the unit again.',
  },
};
