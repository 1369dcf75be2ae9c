/** harness load: options and help; the load tester is imported when it runs. */
import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { jsonOption, modelOption, seedOption } from './options.ts';

const options = (yargs: Argv<object>) =>
  yargs
    .options({
      url: {
        describe: 'Endpoint under load, http(s)://host[/v1][#model]; without #model its first model',
        type: 'string',
        requiresArg: true,
      },
      model: {
        ...modelOption,
        describe: 'In place of --url: serve this model on 127.0.0.1 in a process of its own',
      },
      route: {
        describe: 'What is asked: /v1/chat/completions, /v1/completions or /generate',
        choices: ['chat', 'completions', 'generate'] as const,
        default: 'chat' as const,
      },
      stream: {
        describe: 'Stream the answers; --no-stream asks for them whole [default: where the route can]',
        type: 'boolean',
      },
      users: {
        describe: 'Closed loop: so many users, each asking again when answered [default: 1]',
        type: 'number',
        requiresArg: true,
      },
      rate: {
        describe: 'Open loop: requests a second, whether or not earlier ones were answered',
        type: 'number',
        requiresArg: true,
      },
      arrivals: {
        describe: 'Open loop: times between requests',
        choices: ['poisson', 'constant'] as const,
        default: 'poisson' as const,
      },
      trace: {
        describe: 'Replay JSON Lines {"timestamp": ms, "input_length": words, "output_length": tokens}',
        type: 'string',
        requiresArg: true,
      },
      ramp: {
        describe: 'Time in which rate or users rise to their full number',
        type: 'string',
        default: '0s',
        requiresArg: true,
      },
      duration: {
        describe: 'No request is due after this; at most 1h [default: 30s, of a trace its own]',
        type: 'string',
        requiresArg: true,
      },
      requests: {
        describe: 'Requests at most, a repeat; at most 100,000',
        type: 'number',
        default: 1000,
        requiresArg: true,
      },
      warmup: {
        describe: 'Requests before the first that counts',
        type: 'number',
        default: 10,
        requiresArg: true,
      },
      repeats: {
        describe: 'Runs of the whole; from two on, intervals are over them',
        type: 'number',
        default: 1,
        requiresArg: true,
      },
      prompts: {
        describe: 'JSON Lines {"prompt": "…"} or {"messages": […]} [default: the bundled latency set]',
        type: 'string',
        requiresArg: true,
      },
      'prompt-words': {
        describe: 'In place of --prompts: made-up prompts of so many words',
        type: 'number',
        requiresArg: true,
      },
      'max-tokens': {
        describe: 'Tokens an answer has at most',
        type: 'number',
        default: 64,
        requiresArg: true,
      },
      temperature: { describe: 'Of sampling', type: 'number', default: 0.7, requiresArg: true },
      timeout: {
        describe: 'Time for one request, from sending to the last byte; at most 10m',
        type: 'string',
        default: '60s',
        requiresArg: true,
      },
      connections: {
        describe: 'Open loop: requests in flight at most; others wait, and their wait counts',
        type: 'number',
        default: 512,
        requiresArg: true,
      },
      objective: {
        describe: 'Limits of a good request, such as ttft=500ms,e2el=2s; also tpot, itl (longest gap)',
        type: 'string',
        requiresArg: true,
      },
      attainment: {
        describe: 'Share of requests that has to meet the objective',
        type: 'number',
        default: 0.9,
        requiresArg: true,
      },
      sweep: {
        describe: 'Find the highest rate that meets the objective, from --rate [default: 1] on',
        type: 'boolean',
        default: false,
      },
      'max-rate': {
        describe: 'Highest rate a sweep tries',
        type: 'number',
        default: 1000,
        requiresArg: true,
      },
      seed: seedOption('arrivals, prompts and sampling'),
      out: {
        describe: 'Folder for load.json and requests.jsonl [default: .harness/loads/<time>-<model>]',
        type: 'string',
        requiresArg: true,
      },
      json: jsonOption('the result'),
    })
    .epilogue(
      'The key of an endpoint is read from HARNESS_API_KEY.\n' +
        'Bounds: 1,000 users, 5,000 requests/s, 100,000 requests, 1 h, 4,096 connections; more is refused.\n' +
        'Exit codes: 0 measured or objective met, 1 missed, 2 usage, 3 nothing answered or the generator did ' +
        'not keep up, 4 inconclusive.',
    )
    .example('$0 load --model tiny-chat --users 4 --duration 5s', 'four users on the bundled model')
    .example(
      '$0 load --url http://127.0.0.1:8001 --rate 5 --objective ttft=500ms,e2el=2s',
      'five requests a second at random moments, judged',
    )
    .example(
      '$0 load --model tiny-chat --sweep --objective e2el=1s --duration 5s',
      'the highest rate that keeps 90% of requests under a second',
    );

type Options = ReturnType<typeof options> extends Argv<infer T> ? T : never;
export type LoadArguments = ArgumentsCamelCase<Options>;

export const loadCommand: CommandModule<object, Options> = {
  builder: options,
  handler: async (argv) => {
    const { loadFromCommandLine } = await import('../load-from-command-line.ts');
    await loadFromCommandLine(argv);
  },
};
