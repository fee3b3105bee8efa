import { HardwareError } from '../errors.ts';
import { MemoryPort } from './memory-port.ts';

const COMMAND_BYTES_MAX = 256;

export interface ModemWorld {
  sim: 'ready' | 'pin' | 'absent';
  /** 0 to 31, 99 unknown. */
  csq: number;
  registered: boolean;
  operator: string;
}

/** A Quectel EC20's AT port, byte by byte, on the far end of `port`. */
export class AtModem {
  readonly port = new MemoryPort();
  readonly illegal: string[] = [];
  readonly world: ModemWorld = { sim: 'ready', csq: 23, registered: true, operator: 'CHN-UNICOM' };
  /** Faults: it says nothing; it says something unasked before every answer. */
  mute = false;
  chatty = false;
  #echo = true;
  #held = '';

  constructor() {
    this.port.attach({ receive: (bytes) => this.#receive(bytes) });
  }

  /** Says something unasked, as `+QIND: SMS DONE`. */
  say(line: string): void {
    this.port.send(Buffer.from(`\r\n${line}\r\n`, 'latin1'));
  }

  #receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0x0d) {
        const command = this.#held;
        this.#held = '';
        this.#obey(command);
      } else if (byte < 0x20 || byte > 0x7e || this.#held.length >= COMMAND_BYTES_MAX) {
        this.#held = '';
        this.illegal.push(`byte ${byte.toString(16)}`);
        throw new HardwareError('illegal-input', `modem: byte ${byte.toString(16)}`);
      } else {
        this.#held += String.fromCharCode(byte);
      }
    }
  }

  #obey(command: string): void {
    if (this.mute) return;
    if (this.#echo) this.port.send(Buffer.from(`${command}\r`, 'latin1'));
    if (this.chatty) this.say('+QIND: "csq",20,99');
    const answer = this.#answer(command.toUpperCase());
    for (const line of answer) this.say(line);
  }

  #answer(command: string): readonly string[] {
    const { sim, csq, registered, operator } = this.world;
    switch (command) {
      case 'AT':
        return ['OK'];
      case 'ATE0':
      case 'ATE1':
        this.#echo = command === 'ATE1';
        return ['OK'];
      case 'AT+CPIN?':
        if (sim === 'absent') return ['+CME ERROR: 10'];
        return [sim === 'ready' ? '+CPIN: READY' : '+CPIN: SIM PIN', 'OK'];
      case 'AT+CSQ':
        return [`+CSQ: ${csq},99`, 'OK'];
      case 'AT+CEREG?':
        return [`+CEREG: 0,${registered ? 1 : 2}`, 'OK'];
      case 'AT+COPS?':
        return [registered ? `+COPS: 0,0,"${operator}",7` : '+COPS: 0', 'OK'];
      case 'AT+QNWINFO':
        return [
          registered ? '+QNWINFO: "FDD LTE","46001","LTE BAND 3",1650' : '+QNWINFO: No Service',
          'OK',
        ];
      case 'AT+QCCID':
        return sim === 'absent' ? ['+CME ERROR: 10'] : ['+QCCID: 89860118802836799717', 'OK'];
      case 'AT+CGSN':
        return ['867698048214905', 'OK'];
      default:
        this.illegal.push(command);
        return ['ERROR'];
    }
  }
}
