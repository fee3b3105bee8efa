import type { Item, Tariff } from './tariff.ts';

/** Whether a firm's own price counts: for market items, and what the tariff does not name. */
function isLeftToTheFirm(item: Item | undefined): boolean {
  return item === undefined || item.pricing === 'market';
}

/**
 * A tariff with a firm's posted list (市场调节价，以公示价为上限) beside: market items cost what
 * the firm posted. What the tariff sets or guides stands as it is, whatever the firm posted. The
 * result keeps the name and hash of the tariff; whoever shows it names the list as well.
 */
export function withPostedList(tariff: Tariff, posted: Tariff): Tariff {
  const items = new Map(tariff.items);
  for (const [code, item] of posted.items) {
    if (isLeftToTheFirm(tariff.items.get(code))) items.set(code, item);
  }
  return { ...tariff, sample: tariff.sample || posted.sample, items };
}
