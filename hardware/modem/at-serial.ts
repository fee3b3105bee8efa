import type { BytePort } from '../byte-port.ts';
import type { Timers } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import type { Modem, ModemReport } from '../modem.ts';
import { AtChannel } from './at-channel.ts';

/** A modem's AT port, as on Quectel EC20 and EG25 (hardware.md, section 5). */
export class AtSerialModem implements Modem {
  readonly #channel: AtChannel;

  constructor(port: BytePort, timers: Timers) {
    this.#channel = new AtChannel(port, timers);
  }

  async start(): Promise<void> {
    await this.#channel.start();
  }

  async stop(): Promise<void> {
    await this.#channel.stop();
  }

  async report(): Promise<ModemReport> {
    await this.#channel.ask('AT');
    await this.#channel.ask('ATE0');
    const sim = simOf(await this.#answer('AT+CPIN?'));
    const csq = /^\+CSQ: (\d+),/.exec(await this.#answer('AT+CSQ'));
    const cereg = /^\+CEREG: \d,(\d)/.exec(await this.#answer('AT+CEREG?'));
    const cops = /^\+COPS: \d,\d,"([^"]*)"/.exec(await this.#answer('AT+COPS?'));
    const network = /^\+QNWINFO: "([^"]*)"/.exec(await this.#answer('AT+QNWINFO'));
    const iccid = /^\+QCCID: (\w+)/.exec(await this.#answer('AT+QCCID'));
    const imei = /^(\d{15})$/.exec(await this.#answer('AT+CGSN'));
    return {
      sim,
      rssiDbm: rssiDbm(csq?.[1]),
      registered: cereg === null ? null : cereg[1] === '1' || cereg[1] === '5',
      operator: cops?.[1] ?? null,
      network: network?.[1] ?? null,
      imei: imei?.[1] ?? null,
      iccid: iccid?.[1] ?? null,
    };
  }

  /** First line of the answer; an empty text when the modem refuses the question. */
  async #answer(text: string): Promise<string> {
    try {
      const [line] = await this.#channel.ask(text);
      return line ?? '';
    } catch (error) {
      if (error instanceof HardwareError && error.code === 'refused') return '';
      throw error;
    }
  }
}

function simOf(line: string): ModemReport['sim'] {
  if (line === '') return 'absent';
  return line === '+CPIN: READY' ? 'ready' : 'locked';
}

/** 0 to 31 in steps of 2 dBm from -113; 99 is unknown. */
function rssiDbm(steps: string | undefined): number | null {
  const value = Number(steps ?? 99);
  return value <= 31 ? -113 + 2 * value : null;
}
