/** A driver's phone: keeps its cookies, follows the gateway to the page, sends forms. */
export class Phone {
  readonly #cookies = new Map<string, string>();
  /** Address of the page that stands open. */
  pageUrl = '';
  html = '';

  /** Opens a code; answers the statuses on the way. */
  async open(codeUrl: string): Promise<number[]> {
    const gateway = await fetch(codeUrl, { redirect: 'manual' });
    const location = gateway.headers.get('location');
    if (location === null) {
      this.html = await gateway.text();
      return [gateway.status];
    }
    this.pageUrl = location;
    return [gateway.status, await this.load(location)];
  }

  async load(url: string): Promise<number> {
    const answer = await fetch(url, { headers: this.#headers() });
    this.#keep(answer);
    this.html = await answer.text();
    return answer.status;
  }

  /** What makes a page really shown: its stylesheet. */
  async loadStyle(): Promise<void> {
    await (await fetch(`${this.pageUrl}/seen.css`, { headers: this.#headers() })).arrayBuffer();
  }

  async rate(score: number, words: string): Promise<number> {
    return (await this.#post('rating', { score: String(score), words })).status;
  }

  /** Keeps the receipt; gives the address of its page, or null when it was refused. */
  async keepReceipt(): Promise<string | null> {
    const address = (await this.#post('receipt', {})).headers.get('location');
    return address === null ? null : new URL(address.split('?')[0] ?? '', this.pageUrl).href;
  }

  async #post(act: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const token = /name="token" value="([^"]+)"/.exec(this.html)?.[1] ?? '';
    const answer = await fetch(`${this.pageUrl}/${act}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...this.#headers(), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, ...fields }).toString(),
    });
    this.#keep(answer);
    return answer;
  }

  /** Attributes of `<html>` that every page of a scan carries. */
  data(name: string): string {
    return new RegExp(`<html[^>]* data-${name}="([^"]*)"`).exec(this.html)?.[1] ?? '';
  }

  get hasRatingForm(): boolean {
    return this.html.includes('name="score"');
  }

  #headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return cookie === '' ? {} : { cookie };
  }

  #keep(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }
}
