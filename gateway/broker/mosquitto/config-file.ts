import { join } from 'node:path';
import { brokerFileNames } from '../broker-files.ts';
import { brokerLimits } from '../limits.ts';

export const configFileName = 'mosquitto.conf';
export const accessFileName = 'access.acl';

export interface MosquittoPlace {
  /** Absolute folder of this file and the others. */
  readonly folder: string;
  readonly port: number;
}

/** One setting: its lines, and why, in both languages. */
interface Setting {
  readonly zh: string;
  readonly en: string;
  readonly lines: readonly string[];
}

/** Down messages that wait for a reader who is slow; what is lost is said again on connect. */
const waitingMessagesMax = 1000;
const waitingBytesMax = 4 * 1024 * 1024;

function settings({ folder, port }: MosquittoPlace): readonly Setting[] {
  const at = (name: string) => join(folder, name);
  const { anchors, certificate, key, revoked } = brokerFileNames;
  return [
    {
      zh: '一个监听端口，只用 TLS；按终端数调整最大连接数。',
      en: 'One listener, TLS only; as many connections as there are units and gateways.',
      lines: [`listener ${port}`, `max_connections ${brokerLimits.connectionsMax}`],
    },
    {
      zh: '服务器证书由机群 CA 签发：终端只信任这个 CA。网关会更新这些文件，收到 SIGHUP 后重读。',
      en: 'The certificate is by the fleet CA, the only one units trust. Read again on SIGHUP.',
      lines: [
        `cafile ${at(anchors)}`,
        `certfile ${at(certificate)}`,
        `keyfile ${at(key)}`,
        'tls_version tlsv1.2',
      ],
    },
    {
      zh: '没有客户端证书者一律拒绝；吊销列表由网关在每次变更后写入，每 12 小时重写，30 天后过期。',
      en: 'Nobody without a client certificate. The gateway writes the list after each change.',
      lines: ['require_certificate true', `crlfile ${at(revoked)}`],
    },
    {
      zh: '用户名 = 证书通用名 = 客户端标识：谁也不能冒用他人的标识把别人踢下线。',
      en: 'User name = common name = client id: nobody can end the session of another by its id.',
      lines: ['use_identity_as_username true', 'use_username_as_clientid true'],
    },
    {
      zh: '默认全部拒绝；权限见访问控制文件。',
      en: 'Everything is denied but what the access file allows.',
      lines: [
        'allow_anonymous false',
        'allow_zero_length_clientid false',
        `acl_file ${at(accessFileName)}`,
      ],
    },
    {
      zh: '送达由网关落库后的确认来保证：不用保留消息，不存盘，不为离线者排队。',
      en: 'The gateway proves delivery itself: nothing retained, stored, or kept for who is away.',
      lines: ['persistence false', 'retain_available false', 'queue_qos0_messages false'],
    },
    {
      zh: '报文、队列与内存上限。',
      en: 'Limits of packets and queues.',
      lines: [
        `max_packet_size ${brokerLimits.packetBytesMax}`,
        `max_queued_messages ${waitingMessagesMax}`,
        `max_queued_bytes ${waitingBytesMax}`,
        `max_keepalive ${brokerLimits.keepaliveSMax}`,
        'set_tcp_nodelay true',
        'sys_interval 0',
      ],
    },
    {
      zh: '日志写到标准错误，由服务管理器收集。',
      en: 'The log goes to stderr, for the service manager to keep.',
      lines: ['log_dest stderr', 'log_type error', 'log_type warning', 'log_type notice'],
    },
  ];
}

/** Mosquitto 2.x for this fleet: complete, with nothing left to add. */
export function configFile(place: MosquittoPlace): string {
  const head = [
    '# 由 xinlu gateway broker-config mosquitto 生成。以能读取 server.key 的用户运行。',
    '# Made by xinlu gateway broker-config mosquitto. Run it as a user who can read server.key.',
  ];
  const body = settings(place).flatMap(({ zh, en, lines }) => ['', `# ${zh}`, `# ${en}`, ...lines]);
  return [...head, ...body, ''].join('\n');
}
