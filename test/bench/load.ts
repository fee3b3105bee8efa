import { Worker } from 'node:worker_threads';

/** What a load of requests met. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** Plain script: a client on a thread of its own, so that it does not share the server's. */
const client = `
const { parentPort, workerData } = require('node:worker_threads');
const http = require('node:http');
const { port, paths, connections } = workerData;
const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
const times = []; const statuses = {}; let next = 0;
const one = () => new Promise((resolve, reject) => {
  const path = paths[next++]; const started = performance.now();
  http.get({ port, path, agent, host: '127.0.0.1' }, (answer) => {
    answer.resume();
    answer.on('end', () => {
      times.push(performance.now() - started);
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
      resolve();
    });
  }).on('error', reject);
});
const lane = async () => { while (next < paths.length) await one(); };
const started = performance.now();
Promise.all(Array.from({ length: connections }, lane)).then(() => {
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  agent.destroy();
  parentPort.postMessage({
    perSecond: paths.length / seconds, p99Ms: times[Math.floor(times.length * 0.99)], statuses,
  });
});
`;

/** Asks for every path once over `connections` kept-alive connections on loopback. */
export function load(
  port: number,
  paths: readonly string[],
  connections: number,
): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(client, { eval: true, workerData: { port, paths, connections } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
