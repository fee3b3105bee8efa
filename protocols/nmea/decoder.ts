import { afterPivot, nearestInstant } from './calendar.ts';
import { claimOf, type PositionSentence } from './claims.ts';
import { Epoch } from './epoch.ts';
import type { GnssFix } from './fix.ts';
import { type Framed, type FramingDamage, SentenceSplitter } from './framing.ts';
import { decodeSentence, type Sentence } from './sentences.ts';

export interface NmeaDecoderOptions {
  /**
   * Unix milliseconds; dates before it are moved forward by whole 1024 weeks, for receivers that
   * have lost count. Left out when replaying: old logs keep their dates.
   */
  readonly pivotMs?: number | undefined;
}

export type NmeaRefusal = FramingDamage | 'field-invalid';

/** How the bytes so far have been understood, in sentences. */
export interface NmeaCounts {
  /** With a right checksum; also those of other talkers and makers, which are passed over. */
  readonly intact: number;
  /** Damaged, without checksum, or with a field outside the standard. Nothing is used of them. */
  readonly refused: Readonly<Record<NmeaRefusal, number>>;
}

/**
 * From the bytes of a receiver to fixes, one for each time stamp.
 *
 * An epoch ends when a sentence with another time of day comes, whatever the order and number of
 * sentences in it, or when the caller says so. GSA and VTG, which carry no time, belong to the
 * epoch that is open: receivers open it with a sentence that does. ZDA tells the date and neither
 * opens nor ends an epoch, for some receivers stamp it with another instant than the fix.
 */
export class NmeaDecoder {
  readonly #pivotMs: number | undefined;
  readonly #splitter = new SentenceSplitter();
  readonly #refused: Record<NmeaRefusal, number> = {
    'checksum-missing': 0,
    'checksum-wrong': 0,
    'sentence-cut': 0,
    'sentence-too-long': 0,
    'byte-not-printable': 0,
    'field-invalid': 0,
  };
  #intact = 0;
  #epoch: Epoch | null = null;
  /** The date of the open epoch as its own RMC gives it. */
  #datedMs: number | null = null;
  /** The last instant known with its date. */
  #knownMs: number | null = null;

  constructor(options: NmeaDecoderOptions = {}) {
    this.#pivotMs = options.pivotMs;
  }

  get counts(): NmeaCounts {
    return { intact: this.#intact, refused: { ...this.#refused } };
  }

  /** The fixes that these bytes complete, valid or not, in order. Any chunking; never throws. */
  push(chunk: Uint8Array): GnssFix[] {
    return this.#takeAll(this.#splitter.push(chunk));
  }

  /**
   * Ends the open epoch. A live line calls this after a silence longer than any inside one round
   * of sentences; a sentence of the same time stamp that comes later makes a second fix of it.
   */
  flush(): GnssFix[] {
    const fix = this.#close();
    return fix === null ? [] : [fix];
  }

  /** Ends the stream: as `flush`, and a sentence that has only begun counts as cut. */
  end(): GnssFix[] {
    return [...this.#takeAll(this.#splitter.end()), ...this.flush()];
  }

  #takeAll(framed: readonly Framed[]): GnssFix[] {
    const fixes: GnssFix[] = [];
    for (const one of framed) {
      const sentence = this.#understand(one);
      const fix = sentence === null ? null : this.#take(sentence);
      if (fix !== null) fixes.push(fix);
    }
    return fixes;
  }

  #understand(framed: Framed): Sentence | null {
    if ('damage' in framed) {
      this.#refused[framed.damage] += 1;
      return null;
    }
    this.#intact += 1;
    const decoded = decodeSentence(framed.body);
    if ('badField' in decoded) this.#refused['field-invalid'] += 1;
    return 'sentence' in decoded ? decoded.sentence : null;
  }

  /** The fix of the epoch that this sentence ends, if it ends one. */
  #take(sentence: Sentence): GnssFix | null {
    switch (sentence.type) {
      case 'GSV':
        return null;
      case 'ZDA':
        this.#knownMs = this.#instant(sentence.values) ?? this.#knownMs;
        return null;
      case 'GSA':
      case 'VTG':
        this.#epoch?.keep(sentence);
        return null;
      default:
        return this.#takePosition(sentence);
    }
  }

  #takePosition(sentence: PositionSentence): GnssFix | null {
    const ended = this.#epoch?.includes(sentence) === false ? this.#close() : null;
    this.#epoch ??= new Epoch(sentence.values.timeOfDayMs);
    this.#epoch.keep(sentence);
    if (sentence.type === 'RMC' && datesAreGood(sentence)) {
      this.#datedMs = this.#instant(sentence.values) ?? this.#datedMs;
    }
    return ended;
  }

  #close(): GnssFix | null {
    const epoch = this.#epoch;
    if (epoch === null) return null;
    const timeMs = this.#datedMs ?? this.#carriedMs(epoch.timeOfDayMs);
    this.#knownMs = timeMs ?? this.#knownMs;
    this.#epoch = null;
    this.#datedMs = null;
    return epoch.fold(timeMs);
  }

  #carriedMs(timeOfDayMs: number | null): number | null {
    if (timeOfDayMs === null || this.#knownMs === null) return null;
    return nearestInstant(timeOfDayMs, this.#knownMs);
  }

  #instant(stamp: { dateMs: number | null; timeOfDayMs: number | null }): number | null {
    if (stamp.dateMs === null || stamp.timeOfDayMs === null) return null;
    return afterPivot(stamp.dateMs + stamp.timeOfDayMs, this.#pivotMs);
  }
}

/** The date of a void RMC is what the receiver woke up with; that of a simulated one is made up. */
function datesAreGood(sentence: PositionSentence): boolean {
  const claim = claimOf(sentence);
  return claim === 'measured' || claim === 'estimated';
}
