import type { FeeVerdict } from './check-fee.ts';
import type { LineReason, UnlistedFee } from './fee-lines.ts';

/** A text in both languages of the pages. */
interface Words {
  readonly zh: string;
  readonly en: string;
}

/** What a driver can do with a verdict. 明码标价和禁止价格欺诈规定 第八条、第十五条; 价格法 第四十一条. */
export const verdictAdvice: { readonly [Verdict in FeeVerdict]: Words } = {
  within: {
    zh: '未超出公示标准。付款前请索要结算清单并核对。',
    en: 'Not above the published standard. Ask for the itemised bill before you pay.',
  },
  over: {
    zh: '超出公示标准。可拒付超出部分，索要结算清单，拨打 12328 或 12315 投诉；已付的可要求退还。',
    en: 'Above the published standard. You may refuse the excess; ask for the itemised bill and call 12328 or 12315. What was paid too much must be returned.',
  },
  unlisted: {
    zh: '含未予标明的收费。可拒付所列项目，索要结算清单，拨打 12328 或 12315 投诉。',
    en: 'Contains fees that are not on the list. You may refuse the items named; ask for the itemised bill and call 12328 or 12315.',
  },
  none: {
    zh: '不作判断：未填写对方所报金额，或此收费标准为示例。',
    en: 'No verdict: no asked sum was given, or this tariff is a sample.',
  },
};

export const unlistedReasons: { readonly [Reason in UnlistedFee['reason']]: Words } = {
  'not-in-tariff': { zh: '收费标准中没有此项目', en: 'not in the tariff' },
  'not-enabled': { zh: '收费标准未准许加收', en: 'the tariff does not allow this surcharge' },
  'no-voucher': { zh: '材料费未附凭证', en: 'goods without a voucher' },
  'no-posted-price': { zh: '该公司未公示此项价格', en: 'the firm has posted no price for it' },
};

export const lineReasons: { readonly [Reason in LineReason]: Words } = {
  'condition-not-met': { zh: '不具备收取条件', en: 'its condition is not met' },
  exempt: { zh: '依规定免收', en: 'exempt' },
  'excluded-by-another': {
    zh: '已收取其他服务费，不得并收',
    en: 'not beside another service charged',
  },
  'no-written-agreement': { zh: '没有书面协议', en: 'no written agreement' },
  free: { zh: '免费', en: 'free of charge' },
  'quantity-limited': { zh: '超出数量上限的部分不计', en: 'counted up to its limit' },
};
