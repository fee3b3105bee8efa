import type { ErrorCode } from '../../protocols/errors.ts';
import type { Text } from '../scan/messages.ts';

export interface RefusalText {
  readonly title: Text;
  readonly advice: Text;
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
  },
  'serial-active': {
    title: { zh: '该序列号已有生效的密钥', en: 'This serial has an active key' },
    advice: {
      zh: '更换密钥须先说明原因并停用原设备（返修或调拨），再重新登记。',
      en: 'Put the unit aside with a reason first (rma or transfer), reopen it, then scan again.',
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
