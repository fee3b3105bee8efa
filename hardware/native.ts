import { HardwareError } from './errors.ts';

/** The few calls of the C library that Node has not. */
export interface Native {
  /** ioctl(2): negative on failure. `value` is read and written in place. */
  ioctl(fd: number, request: number, value: Uint8Array): number;
  /** One datagram to a UNIX socket; true when it was taken. `@` first means an abstract name. */
  sendDatagram(path: string, text: string): boolean;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const UNIX_PATH_BYTES_MAX = 107;

/** Loads koffi when it is first needed. Rejects with HardwareError `no-native-calls`. */
export async function loadNative(): Promise<Native> {
  const koffi = await import('koffi').catch(() => {
    throw new HardwareError('no-native-calls', 'koffi');
  });
  const c = koffi.default.load('libc.so.6');
  const ioctl = c.func('int ioctl(int, unsigned long, void *)');
  const socket = c.func('int socket(int, int, int)');
  const sendto = c.func('long sendto(int, void *, size_t, int, void *, uint32_t)');
  const close = c.func('int close(int)');
  return {
    ioctl: (fd, request, value) => ioctl(fd, request, value) as number,
    sendDatagram(path, text) {
      const address = unixAddress(path);
      const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number;
      if (fd < 0) return false;
      const bytes = Buffer.from(text, 'utf8');
      const sent = sendto(fd, bytes, bytes.length, 0, address, address.length) as number;
      close(fd);
      return Number(sent) === bytes.length;
    },
  };
}

/** struct sockaddr_un without padding: family, then the path, `@` for a leading zero byte. */
function unixAddress(path: string): Buffer {
  const name = Buffer.from(path, 'utf8');
  if (name.length > UNIX_PATH_BYTES_MAX) throw new HardwareError('not-here', path);
  if (path.startsWith('@')) name[0] = 0;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return Buffer.concat([family, name, Buffer.alloc(path.startsWith('@') ? 0 : 1)]);
}
