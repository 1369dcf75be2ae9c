/** What the server itself costs: CPU time of its process per request, over that of a bare node:http server that reads
 *  the same body and sends the same answer. The scripted model answers at once, so that the server is all there is.
 *
 *      npm run check:server-overhead [-- --requests 4000]
 *
 *  Both in processes of their own, in alternated rounds; medians. Twice: with a generator that never sleeps, and with one
 *  that may. To wake a sleeping reader costs the writer a quarter of a bare request, and a generator sleeps before the
 *  slower server only, so that the second figure is more than the server's own work. The larger one is judged. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { quantile } from '../../harness/stats/quantile.ts';
import { startHarness } from '../helpers/cli.ts';

const ROUNDS = 15;
/** Rounds that do not count: a server lives longer than it takes to compile. */
const WARM_UP = 3;
const USERS = 8;
const MOST_RATIO = 2;
const REPLY = 'It is made of several words, as answers are.';
const BODIES: Readonly<Record<string, object>> = {
  '/generate': { prompt: 'What is it made of?', max_tokens: 32, temperature: 0.7 },
  '/v1/chat/completions': {
    model: 'overhead',
    messages: [{ role: 'user', content: 'What is it made of?' }],
    max_tokens: 32,
  },
};

/** The bare server's process. */
function serveBare(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { prompt, messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
        prompt?: string;
        messages?: readonly { content: string }[];
      };
      const asked = prompt ?? messages!.at(-1)!.content;
      const text = JSON.stringify({
        text: REPLY,
        usage: { prompt_tokens: asked.split(' ').length },
        model: 'bare',
      });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuS: (user + system) / 1e6 });
  });
  process.once('disconnect', () => process.exit(0));
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string', default: '4000' } } });
  const requests = Number(values.requests);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const script = join(tmpdir(), 'overhead.json');
  writeFileSync(script, JSON.stringify({ default: REPLY }));
  const ours = await startHarness(['serve', '--model', `scripted:${script}`, '--port', '0']);
  const child = fork(fileURLToPath(import.meta.url), ['bare']);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const bareUrl = `http://127.0.0.1:${port}`;

  const send = async (url: string, path: string, awake: boolean): Promise<void> => {
    let sending = awake;
    const stayAwake = (): void => {
      if (sending) setImmediate(stayAwake);
    };
    stayAwake();
    const pool = new Pool(url, { connections: USERS });
    const body = JSON.stringify(BODIES[path]);
    let left = requests;
    const user = async (): Promise<void> => {
      while (left-- > 0) {
        const answer = await pool.request({
          path,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        await answer.body.dump();
        if (answer.statusCode !== 200) throw new Error(`${url}${path} answered ${answer.statusCode}`);
      }
    };
    await Promise.all(Array.from({ length: USERS }, user)).finally(() => (sending = false));
    await pool.close();
  };
  const cpuOfOurs = async (): Promise<number> => {
    const text = await (await fetch(`${ours.url}/metrics`)).text();
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
  };
  const cpuOfBare = async (): Promise<number> => {
    child.send({});
    const [{ cpuS }] = (await once(child, 'message')) as [{ cpuS: number }];
    return cpuS;
  };
  const perRequestUs = async (
    cpu: () => Promise<number>,
    url: string,
    path: string,
    awake: boolean,
  ): Promise<number> => {
    const before = await cpu();
    await send(url, path, awake);
    return (((await cpu()) - before) / requests) * 1e6;
  };
  const measure = async (path: string, awake: boolean): Promise<number> => {
    const ratios: number[] = [];
    const bare: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const theirs = await perRequestUs(cpuOfBare, bareUrl, path, awake);
      const mine = await perRequestUs(cpuOfOurs, ours.url, path, awake);
      if (round < 0) continue;
      bare.push(theirs);
      ratios.push(mine / theirs);
    }
    ratios.sort((a, b) => a - b);
    bare.sort((a, b) => a - b);
    const ratio = quantile(ratios, 0.5);
    say(
      `${path}, generator ${awake ? 'awake' : 'asleep at times'}: ${ratio.toFixed(2)} times bare node:http ` +
        `(${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}; ` +
        `bare ${quantile(bare, 0.5).toFixed(0)} µs of CPU a request)`,
    );
    return ratio;
  };

  let worst = 0;
  for (const path of Object.keys(BODIES)) {
    worst = Math.max(worst, await measure(path, true), await measure(path, false));
  }
  child.disconnect();
  await ours.stop();
  process.exitCode = worst <= MOST_RATIO ? 0 : 1;
}

if (process.argv[2] === 'bare') serveBare();
else await main();
