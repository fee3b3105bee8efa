import type { MessageTable } from './translate.ts';

/** What the pages around the scan say: start page, not found, failure. */
const zhCn = {
  brand: '信路',
  brandLine: '路上身份查验',
  otherLanguage: 'English',
  otherLanguageLabel: 'Read this page in English',
  switches: '显示方式',
  elderView: '大字版',
  elderViewLabel: '切换到大字版',
  usualView: '标准版',
  usualViewLabel: '切换到标准版',
  sampleTag: '示例',
  sampleData: '示例数据：单位、人员、车辆和价格均为虚构，不作任何依据。',
  callTitle: '求助与监督电话',
  callRescue: '高速救援',
  callAccident: '事故报警',
  callAmbulance: '急救',
  callSupervision: '交通服务监督',

  startTitle: '信路：扫一扫，知道来的是谁',
  startWhat:
    '高速公路上的救援车和路政巡逻车装有一块会换码的屏幕。扫描屏幕上的二维码，可以看到这是哪个单位、谁在车上、依据什么、怎么收费，并当场评价。',
  startHow: '请直接用微信或手机相机扫描车上的屏幕，不需要从这里进入，不需要登录或安装应用。',
  startNoCode: '车上没有二维码、或扫不开时，请拨打 12122 核实。',
  startSample: '本站正在使用示例数据：单位、人员、车辆和价格均为虚构，不作任何依据。',

  doorLookup: '查车牌或单位是否登记',
  doorFees: '算一算救援该付多少',
  doorLists: '查红黑名单',
  doorComplaint: '投诉',

  notFoundTitle: '没有这个页面',
  notFoundText: '地址可能不完整，或者页面已经不在。',
  scanNotFoundTitle: '没有找到这次扫码',
  scanNotFoundText: '扫码记录可能还在路上。请过一分钟刷新本页，或重新扫描车屏上的二维码。',
  failedTitle: '服务暂时出错',
  failedText: '这不是您的问题。请稍等一会儿刷新本页，或重新扫描车屏。',
  badRequestTitle: '这个请求无法处理',
  badRequestText: '请返回上一页，重新填写后再提交。',
  tokenTitle: '页面已失效，没有保存',
  tokenText: '请回到扫码页面刷新一次，再重新提交。',
  backToScan: '回到扫码页面',

  complaintNotFoundTitle: '没有找到这个投诉',
  complaintNotFoundText: '链接可能不完整。请用提交后的完整链接，或拨打 12328 报受理编号查询。',
  tooManyTitle: '提交太频繁',
  tooManyText: '请过一会儿再试。急事请直接拨打下面的电话。',
} as const;

export type SharedMessageKey = keyof typeof zhCn;

const en: { readonly [Key in SharedMessageKey]: string } = {
  brand: 'Xinlu',
  brandLine: 'Roadside identity check',
  otherLanguage: '中文',
  otherLanguageLabel: '用中文阅读本页',
  switches: 'How the page is shown',
  elderView: 'Large type',
  elderViewLabel: 'Show this page in large type',
  usualView: 'Usual type',
  usualViewLabel: 'Show this page in the usual type',
  sampleTag: 'Sample',
  sampleData: 'Sample data: organisations, people, vehicles and prices are fictional.',
  callTitle: 'Numbers to call',
  callRescue: 'Expressway rescue',
  callAccident: 'Accident',
  callAmbulance: 'Ambulance',
  callSupervision: 'Transport service',

  startTitle: 'Xinlu: scan, and know who has come',
  startWhat:
    'Tow trucks and patrol cars on the expressway carry a screen with a code that changes. Scan it to see which organisation this is, who is aboard, on what legal basis and at what price, and rate them on the spot.',
  startHow:
    'Scan the screen on the vehicle with WeChat or your camera. You need not come here first, log in, or install anything.',
  startNoCode: 'If there is no code on the vehicle, or it does not open, call 12122 to check.',
  startSample:
    'This site runs on sample data: organisations, people, vehicles and prices are fictional.',

  doorLookup: 'Look up a plate or firm',
  doorFees: 'Work out what a rescue may cost',
  doorLists: 'Search the red and black lists',
  doorComplaint: 'Complain',

  notFoundTitle: 'There is no such page',
  notFoundText: 'The address may be incomplete, or the page is gone.',
  scanNotFoundTitle: 'This scan was not found',
  scanNotFoundText:
    'It may still be on its way. Reload this page in a minute, or scan the code on the screen again.',
  failedTitle: 'The service failed for a moment',
  failedText: 'This is not your fault. Reload the page in a moment, or scan the screen again.',
  badRequestTitle: 'This request cannot be handled',
  badRequestText: 'Please go back, fill in the form again and send it.',
  tokenTitle: 'This page has lapsed; nothing was saved',
  tokenText: 'Go back to the page of the scan, reload it, and send again.',
  backToScan: 'Back to the page of the scan',

  complaintNotFoundTitle: 'This complaint was not found',
  complaintNotFoundText:
    'The link may be incomplete. Use the whole link, or call 12328 and say the receipt number.',
  tooManyTitle: 'Too many at once',
  tooManyText: 'Please try again in a while. If it is urgent, call one of the numbers below.',
};

export const sharedMessages: MessageTable<SharedMessageKey> = { 'zh-CN': zhCn, en };
