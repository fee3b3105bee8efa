/** The page around the check: takes a file, shows what came of it. */
const texts = JSON.parse(document.getElementById('texts').textContent);
const { verify, Refused } = globalThis.xinlu;

const momentOf = (ms) =>
  new Intl.DateTimeFormat(texts.locale, {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: texts.locale === 'en-GB' ? 'short' : 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);
const pick = (zh, en) => (texts.locale === 'en-GB' ? en : zh);

/** What is shown of a genuine receipt, label and text. */
const rowsOf = ({ facts, receipt }) => {
  const { organisation, vehicle, people, place, tariff, said } = facts;
  const where = place && [place.section, place.stake, place.directionText].join(' ').trim();
  return [
    [texts.time, momentOf(facts.scannedAtMs)],
    [texts.issued, momentOf(facts.issuedAt * 1000)],
    [texts.unit, [organisation && pick(organisation.nameZh, organisation.nameEn), vehicle?.plate]],
    [texts.unitNumber, facts.unitId],
    [texts.people, people.map((one) => `${pick(one.nameZh, one.nameEn)} ${one.badgeNumber}`)],
    [texts.place, where],
    [texts.tariff, tariff && `${tariff.id} v${tariff.version}`],
    ...said.map((one) => [pick(one.nameZh, one.nameEn) || texts.said, [one.score, one.words]]),
    [texts.kept, momentOf(facts.keptAtMs)],
    [
      texts.log,
      receipt.pending ? texts.pending : `${receipt.leafIndex + 1} / ${receipt.checkpoint.size}`,
    ],
  ].map(([name, value]) => [
    name,
    [value]
      .flat()
      .filter((part) => part || part === 0)
      .join(' '),
  ]);
};

const result = document.getElementById('result');
const show = (state, title, text, rows) => {
  const list = document.createElement('dl');
  for (const [name, value] of rows.filter(([, value]) => value !== '')) {
    const row = document.createElement('div');
    row.append(Object.assign(document.createElement('dt'), { textContent: name }));
    row.append(Object.assign(document.createElement('dd'), { textContent: value }));
    list.append(row);
  }
  const heading = Object.assign(document.createElement('h2'), { textContent: title });
  const words = Object.assign(document.createElement('p'), { textContent: text });
  result.replaceChildren(heading, words, list);
  result.className = `card ${state}`;
  result.dataset.state = state;
  result.hidden = false;
};

const judge = async (bytes) => {
  try {
    const genuine = await verify(bytes);
    const { pending } = genuine.receipt;
    const text = pending ? texts.pendingText : texts.validText;
    show(
      'valid',
      genuine.facts.sample ? `${texts.valid} · ${texts.sample}` : texts.valid,
      text,
      rowsOf(genuine),
    );
  } catch (error) {
    const isNo = error instanceof Refused;
    const reason = isNo ? error.message : 'not-a-receipt';
    show('invalid', texts.invalid, texts.reasons[reason] ?? reason, [[texts.code, reason]]);
  }
};

/** Whether this browser can check at all; else why not. */
const whatLacks = async () => {
  if (globalThis.crypto?.subtle === undefined) return texts.lacksSafe;
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    return null;
  } catch {
    return texts.lacksEd25519;
  }
};

const input = document.getElementById('file');
const lack = await whatLacks();
if (lack === null) {
  input.disabled = false;
  document.documentElement.dataset.ready = 'yes';
  input.addEventListener('change', async () => {
    const file = input.files[0];
    if (file !== undefined) await judge(new Uint8Array(await file.arrayBuffer()));
  });
} else {
  show('unable', texts.unable, lack, []);
}
