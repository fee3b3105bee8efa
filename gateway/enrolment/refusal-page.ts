import type { FastifyReply } from 'fastify';
import { type ErrorCode, errorTable } from '../../protocols/errors.ts';
import type { Refusal } from '../http/refusal.ts';

interface PageText {
  readonly zh: string;
  readonly en: string;
}

/** What a technician reads when an enrolment code is not taken: zh-CN first. */
const texts: Partial<Record<ErrorCode, PageText>> = {
  'code-expired': {
    zh: '入网码已过期，或终端时间不对。请扫描屏幕上新的入网码。',
    en: 'This enrolment code has expired, or the clock is wrong. Scan the new one on the screen.',
  },
  'bad-signature': {
    zh: '入网码签名无效，可能不是本系统的终端。请核对设备。',
    en: 'The signature of this enrolment code is wrong. Check that it is a unit of this system.',
  },
  'unknown-serial': {
    zh: '该序列号尚未登记。请先登记序列号，再重新扫描。',
    en: 'This serial is not registered. Register it first, then scan again.',
  },
  'serial-active': {
    zh: '该序列号已有生效的密钥。如需更换，请先说明原因并停用旧设备。',
    en: 'This serial has an active key. Put the old unit aside with a reason first.',
  },
};

const otherwise: PageText = {
  zh: '入网码无法识别。请重新扫描屏幕上的入网码。',
  en: 'This is not an enrolment code. Scan the code on the screen again.',
};

/** Sends the page; nothing of the request stands on it. */
export function sendEnrolmentRefusal(reply: FastifyReply, { code }: Refusal): FastifyReply {
  const { zh, en } = texts[code] ?? otherwise;
  return reply
    .code(errorTable[code].status)
    .header('content-security-policy', "default-src 'none'")
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>入网 Enrolment</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body><h1>${zh}</h1><p lang="en">${en}</p></body></html>`,
    );
}
