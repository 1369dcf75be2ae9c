/** Real clients, none of ours, against `harness serve` in a process of its own: what each did, and what failed.
 *
 *      npm run check:clients -- --node FOLDER --python PYTHON
 *
 *  FOLDER has openai@6, ai@5, @ai-sdk/openai-compatible@1, ollama@0.6, @langchain/openai and promptfoo@0.121.20 installed; PYTHON
 *  has openai, langchain-openai and lm-eval[api]==0.4.13. Everything stays on 127.0.0.1. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { loadModel } from '../../engine/index.ts';
import { tinyChat } from '../helpers/damaged-models.ts';
import { startHarness } from '../helpers/cli.ts';

const run = promisify(execFile);
const KEY = 'a-key-of-this-check';
const MODEL = 'tiny-chat';
/** lm-eval's log-likelihoods come from the echo of a whole text, ours from scoring the answer alone. */
const SAME = 1e-3;

const { values } = parseArgs({ options: { node: { type: 'string' }, python: { type: 'string' } } });
const { node: clients, python } = values;
if (clients === undefined || python === undefined) throw new Error('Give --node FOLDER and --python PYTHON.');

interface Row {
  readonly client: string;
  readonly ok: boolean;
  readonly did: string;
}

const here = (name: string): string => fileURLToPath(new URL(`clients/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'clients-'));
const server = await startHarness(['serve', '--model', MODEL, '--port', '0'], {
  env: { SERVING_API_KEY: KEY },
});
const base = `${server.url}/v1`;
const env = {
  ...process.env,
  OPENAI_API_KEY: KEY,
  HF_HUB_OFFLINE: '1',
  HF_DATASETS_CACHE: join(scratch, 'cache'),
};

/** Questions with four answers, as arc_easy has them. */
const questions = [
  ['What is the capital of France?', ['Paris', 'Berlin', 'Rome', 'Madrid'], 0],
  ['What is the capital of Japan?', ['Beijing', 'Tokyo', 'Seoul', 'Bangkok'], 1],
  ['Which planet is the largest?', ['Mars', 'Earth', 'Jupiter', 'Venus'], 2],
  ['How many legs does a spider have?', ['six', 'ten', 'four', 'eight'], 3],
  ['What is the chemical symbol for gold?', ['Au', 'Ag', 'Fe', 'Cu'], 0],
  ['Who wrote Hamlet?', ['Goethe', 'Shakespeare', 'Homer', 'Dante'], 1],
] as const;

async function lines(file: string, args: readonly string[]): Promise<Row[]> {
  const { stdout } = await run(file, args, { env, timeout: 300_000, maxBuffer: 1 << 26 });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Row);
}

/** The same scores, once by lm-eval over HTTP and once by the model itself. */
async function lmEval(): Promise<Row> {
  const tasks = join(scratch, 'tasks');
  mkdirSync(tasks);
  const rows = questions.map(([question, choices, answer]) => ({ question, choices, answer }));
  writeFileSync(join(tasks, 'data.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  writeFileSync(
    join(tasks, 'like_arc.yaml'),
    [
      'task: like_arc',
      'dataset_path: json',
      `dataset_kwargs: {data_files: {test: ${JSON.stringify(join(tasks, 'data.jsonl'))}}}`,
      'test_split: test',
      'output_type: multiple_choice',
      'doc_to_text: "Question: {{question}}\\nAnswer:"',
      'doc_to_target: "{{answer}}"',
      'doc_to_choice: "{{choices}}"',
      'metric_list: [{metric: acc}, {metric: acc_norm}]',
    ].join('\n'),
  );
  const out = join(scratch, 'lm-eval');
  const args = [
    '-m',
    'lm_eval',
    '--model',
    'local-completions',
    '--tasks',
    'like_arc',
    '--include_path',
    tasks,
  ];
  const modelArgs = `model=${MODEL},base_url=${base}/completions,num_concurrent=4,tokenizer_backend=remote,tokenized_requests=True,auth_token=${KEY}`;
  await run(python!, [...args, '--model_args', modelArgs, '--output_path', out, '--log_samples'], {
    env,
    timeout: 600_000,
    maxBuffer: 1 << 26,
  });
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' });
  const samplesFile = files.find((name) => name.includes('samples_like_arc'))!;
  const samples = readFileSync(join(out, samplesFile), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { doc_id: number; resps: [[string | number, string | boolean]][] });
  const model = await loadModel(tinyChat);
  let worst = 0;
  let greedyDiffers = 0;
  for (const { doc_id: id, resps } of samples) {
    const [question, choices] = questions[id]!;
    const context = `Question: ${question}\nAnswer:`;
    const contextTokens = (await model.tokenizer.encode({ prompt: context, raw: true }, false)).map(
      ({ token }) => token,
    );
    for (const [i, [[logprob, greedy]]] of resps.entries()) {
      // Encoded whole and cut, as lm-eval does it.
      const whole = (
        await model.tokenizer.encode({ prompt: `${context} ${choices[i]!}`, raw: true }, false)
      ).map(({ token }) => token);
      const rest = await model.tokenizer.decode(whole.slice(contextTokens.length));
      const direct = await model.logLikelihood({ tokens: contextTokens, completion: rest });
      worst = Math.max(worst, Math.abs(direct.logLikelihood - Number(logprob)));
      if (String(greedy).toLowerCase() !== String(direct.greedy)) greedyDiffers++;
    }
  }
  await model.close();
  const scored = samples.reduce((sum, { resps }) => sum + resps.length, 0);
  return {
    client: 'lm-eval 0.4.13 local-completions',
    ok: samples.length === questions.length && worst < SAME && greedyDiffers === 0,
    did: `${scored} log-likelihoods over token ids with echo: largest difference to the model's own ${worst.toExponential(1)}, greedy differs ${greedyDiffers} times`,
  };
}

async function promptfoo(): Promise<Row> {
  const config = join(scratch, 'promptfooconfig.json');
  const output = join(scratch, 'promptfoo.json');
  writeFileSync(
    config,
    JSON.stringify({
      prompts: ['{{question}}'],
      providers: [
        { id: `openai:chat:${MODEL}`, config: { apiBaseUrl: base, temperature: 0, max_tokens: 30 } },
      ],
      tests: [
        {
          vars: { question: 'What is the capital of France?' },
          assert: [{ type: 'contains', value: 'Paris' }],
        },
        {
          vars: { question: 'What is the capital of Japan?' },
          assert: [{ type: 'contains', value: 'Tokyo' }],
        },
      ],
    }),
  );
  const bin = join(clients!, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const quiet = {
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_CONFIG_DIR: scratch,
  };
  await run(process.execPath, [bin, 'eval', '-c', config, '-o', output, '--no-cache', '--no-progress-bar'], {
    env: { ...env, ...quiet },
    timeout: 300_000,
    maxBuffer: 1 << 26,
  }).catch((error: unknown) => {
    // It ends with 100 where an assertion fails; the file tells.
    if ((error as { code?: unknown }).code !== 100) throw error;
  });
  const { results } = JSON.parse(readFileSync(output, 'utf8')) as {
    results: { stats: { successes: number; failures: number; errors: number } };
  };
  const { successes, failures, errors } = results.stats;
  return {
    client: 'promptfoo 0.121.20',
    ok: successes === 2 && failures + errors === 0,
    did: `eval: ${successes} passed, ${failures} failed, ${errors} errors`,
  };
}

async function curl(): Promise<Row> {
  const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }], stream: true });
  const { stdout } = await run('curl', [
    '-sS',
    '-N',
    '-H',
    `Authorization: Bearer ${KEY}`,
    '-H',
    'Content-Type: application/json',
    '--data-raw',
    body,
    `${base}/chat/completions`,
  ]);
  const health = await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', `${server.url}/health`]);
  return {
    client: 'curl',
    ok: stdout.trimEnd().endsWith('data: [DONE]') && health.stdout === '200',
    did: 'health, a streamed chat',
  };
}

const attempt = async (client: string, use: () => Promise<Row>): Promise<Row[]> => {
  try {
    return [await use()];
  } catch (error) {
    const { message, stderr = '' } = error as { message: string; stderr?: string };
    return [{ client, ok: false, did: `${stderr.slice(-400)} ${message.slice(0, 200)}` }];
  }
};

const rows = [
  ...(await lines(process.execPath, [here('node-clients.mjs'), clients, base, MODEL])),
  ...(await lines(python, [here('python_clients.py'), base, MODEL])),
  ...(await attempt('lm-eval', lmEval)),
  ...(await attempt('promptfoo', promptfoo)),
  ...(await attempt('curl', curl)),
];
await server.stop();
rmSync(scratch, { recursive: true });
for (const { client, ok, did } of rows) process.stdout.write(`${ok ? '✓' : '✕'} ${client}: ${did}\n`);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
