/** What the server measures of itself, in Prometheus' text format. The metrics are vLLM's by name and meaning, with
 *  the prefix `harness_` for `vllm:`. Knows results of generations; nothing of HTTP. */
import type { Counter, Metric, Registry } from 'prom-client';
import type { GenerateResult } from '../inference/model.ts';
import { TalliedHistogram } from './histogram-tally.ts';
import type { ModelDirectory } from './model-directory.ts';

/** Upper bounds in seconds: from a scripted model's answer to a minute of a slow one. */
const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const TOKEN_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

export class ServerMetrics {
  readonly #registry: Registry;

  private constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Of everything that the models answer from now on. */
  static async create(models: ModelDirectory): Promise<ServerMetrics> {
    const { collectDefaultMetrics, Counter, Gauge, Registry } = await import('prom-client');
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const registers = [registry];
    const labelNames = ['model_name'] as const;
    const histogram = (name: string, help: string, bounds: readonly number[]) => {
      const tallied = new TalliedHistogram(`harness_${name}`, help, bounds, labelNames[0]);
      // Its types name only metrics of its own; what it calls is `get`.
      registry.registerMetric(tallied as unknown as Metric);
      return tallied;
    };
    const firstToken = histogram(
      'time_to_first_token_seconds',
      'From the request to its first token.',
      LATENCY_BUCKETS_S,
    );
    const queueTime = histogram(
      'request_queue_time_seconds',
      'From the request until the model began to read its prompt.',
      LATENCY_BUCKETS_S,
    );
    const betweenTokens = histogram(
      'inter_token_latency_seconds',
      'Between one token and the next.',
      LATENCY_BUCKETS_S,
    );
    const perToken = histogram(
      'request_time_per_output_token_seconds',
      'Mean time between the tokens of a request.',
      LATENCY_BUCKETS_S,
    );
    const endToEnd = histogram(
      'e2e_request_latency_seconds',
      'From the request to its last token.',
      LATENCY_BUCKETS_S,
    );
    const promptLength = histogram('request_prompt_tokens', 'Tokens of a prompt.', TOKEN_BUCKETS);
    const answerLength = histogram('request_generation_tokens', 'Tokens of an answer.', TOKEN_BUCKETS);
    const known = new Map<string, ReturnType<typeof ofModel>>();
    /** Counted elsewhere, and written when asked for. */
    const counter = (
      name: string,
      help: string,
      labels: readonly string[],
      read: (inc: Counter['inc']) => void,
    ) =>
      new Counter({
        name: `harness_${name}`,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          this.reset();
          read(this.inc.bind(this));
        },
      });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `harness_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    // They are read by their registry only.
    void [
      counter('prompt_tokens_total', 'Tokens of prompts.', labelNames, (inc) => {
        for (const [model_name, of] of known) inc({ model_name }, of.promptLength.sum);
      }),
      counter('generation_tokens_total', 'Tokens generated.', labelNames, (inc) => {
        for (const [model_name, of] of known) inc({ model_name }, of.answerLength.sum);
      }),
      counter(
        'request_success_total',
        'Generations that ended well.',
        [...labelNames, 'finished_reason'],
        (inc) => {
          for (const [model_name, { ended }] of known) {
            for (const [finished_reason, count] of Object.entries(ended)) {
              inc({ model_name, finished_reason }, count);
            }
          }
        },
      ),
      counter('request_failure_total', 'Requests to the model that failed or were given up.', [], (inc) =>
        inc(models.getStats().failedRequests),
      ),
      gauge('num_requests_running', 'Requests that a model works on.', () => models.load().running),
      gauge('num_requests_waiting', 'Requests that a model has not begun with.', () => models.load().waiting),
    ];

    /** The metrics of one model, found by their labels once. */
    const ofModel = (id: string) => ({
      queueTime: queueTime.of(id),
      betweenTokens: betweenTokens.of(id),
      firstToken: firstToken.of(id),
      perToken: perToken.of(id),
      endToEnd: endToEnd.of(id),
      promptLength: promptLength.of(id),
      answerLength: answerLength.of(id),
      ended: { stop: 0, length: 0 },
    });
    models.onGenerated((id, { usage, timing, finishReason }: GenerateResult) => {
      const of = known.get(id) ?? ofModel(id);
      known.set(id, of);
      const { latencyMs, ttftMs, queueMs, tokenGapsMs = [] } = timing;
      if (queueMs !== undefined) of.queueTime.observe(queueMs / 1000);
      for (const gapMs of tokenGapsMs) of.betweenTokens.observe(gapMs / 1000);
      if (ttftMs !== null) of.firstToken.observe(ttftMs / 1000);
      const gaps = usage.completionTokens - 1;
      if (ttftMs !== null && gaps > 0) of.perToken.observe((latencyMs - ttftMs) / gaps / 1000);
      of.endToEnd.observe(latencyMs / 1000);
      of.promptLength.observe(usage.promptTokens);
      of.answerLength.observe(usage.completionTokens);
      of.ended[finishReason]++;
    });
    return new ServerMetrics(registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async read(): Promise<string> {
    return await this.#registry.metrics();
  }
}
