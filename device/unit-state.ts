import type { ConfigMessage, IncidentMessage } from '../protocols/messages/down-schemas.ts';
import { type Duty, type DutyName, dutyNumber } from '../protocols/scan-code/fields.ts';
import type { Reader } from '../protocols/store/store.ts';
import { readSetting, settingNames } from './store/settings.ts';

type Incident = NonNullable<IncidentMessage['incident']>;

/** What the unit does while its incident stands at a stage; others leave it `assigned`. */
const dutyOfStage: Readonly<Record<string, DutyName>> = {
  assigned: 'assigned',
  'en-route': 'en-route',
  arrived: 'on-scene',
  working: 'working',
  cleared: 'returning',
};

/** What the gateway wants this unit to be, as last heard; kept across restarts. */
export class UnitState {
  readonly #idleDuty: DutyName;
  #config: ConfigMessage | null = null;
  #incident: Incident | null = null;
  #suspended = false;
  /** What the crew last stated by button, for the incident it was stated in. */
  #stated: DutyName | null = null;

  constructor(idleDuty: DutyName) {
    this.#idleDuty = idleDuty;
  }

  async load(reader: Reader): Promise<void> {
    this.#config = (await readSetting<ConfigMessage>(reader, settingNames.config)) ?? null;
    const kept = await readSetting<IncidentMessage>(reader, settingNames.incident);
    this.#incident = kept?.incident ?? null;
  }

  get config(): ConfigMessage | null {
    return this.#config;
  }

  get incident(): Incident | null {
    return this.#incident;
  }

  get suspended(): boolean {
    return this.#suspended;
  }

  /**
   * On until the gateway says otherwise: a unit nobody commissioned proves nothing. It ends by
   * itself at its end, by trusted time alone.
   */
  training(nowMs: number | null): boolean {
    if (this.#config === null) return true;
    const { training, trainingUntilMs } = this.#config;
    return (
      training && !(trainingUntilMs !== undefined && nowMs !== null && nowMs >= trainingUntilMs)
    );
  }

  /** When training ends by itself, Unix ms; null: when it is commissioned. */
  get trainingUntilMs(): number | null {
    return this.#config?.trainingUntilMs ?? null;
  }

  get dutyName(): DutyName {
    if (this.#stated !== null) return this.#stated;
    if (this.#incident === null) return this.#idleDuty;
    return dutyOfStage[this.#incident.stage] ?? 'assigned';
  }

  get duty(): Duty {
    return dutyNumber(this.dutyName);
  }

  /** False when an older version came late: the newer one stays. */
  setConfig(config: ConfigMessage): boolean {
    if (this.#config !== null && config.version < this.#config.version) return false;
    this.#config = config;
    return true;
  }

  /** A button of the crew: stands until the gateway says something new of the incident. */
  stateDuty(duty: DutyName): void {
    this.#stated = duty;
  }

  setIncident(incident: Incident | null): void {
    const { id, stage } = this.#incident ?? {};
    if (incident?.id !== id || incident?.stage !== stage) this.#stated = null;
    this.#incident = incident;
  }

  setSuspended(suspended: boolean): void {
    this.#suspended = suspended;
  }
}
