/** A language model as a judge (Zheng et al. 2023, arXiv:2306.05685): asked once or several times, with seeds,
 *  each reply parsed strictly. What a judge says is a measurement with an error of its own: judge-report.ts says how large.
 *  Knows one judgement; knows nothing of files or of the model under test. */
import { createHash } from 'node:crypto';
import type { GenerateResult, Model } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { signature } from '../metrics/signature.ts';
import { digestOf, digestOfJson } from '../runs/digest.ts';
import { judgePrompt, type JudgedTexts } from './judge-prompt.ts';
import { choiceVerdict, scoreVerdict, type Choice } from './verdict.ts';

export interface JudgeOptions {
  /** Times that each judgement is made; default 1. */
  readonly votes?: number;
  /** Default 0 for one vote; 0.7 for several, which would all be the same at 0. */
  readonly temperature?: number;
  /** Most tokens of a reply; default 512. */
  readonly maxTokens?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface RubricOptions {
  /** What is good and what is bad, in words. */
  readonly rubric: string;
  /** Ends of the scale, whole numbers; default 1 to 5. */
  readonly low?: number;
  readonly high?: number;
}

export interface PairwiseOptions {
  /** What makes an answer better; default: more correct, more complete, more helpful. */
  readonly rubric?: string;
}

export interface JudgeCost {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What a judge was asked, and said. */
export interface JudgeExchange {
  readonly prompt: string;
  readonly reply: string;
}

interface Judgement {
  /** Mean of the votes. */
  readonly score: number;
  readonly votes: readonly number[];
  /** In the order in which they were held: of a comparison, all votes in one order, then in the other. */
  readonly exchanges: readonly JudgeExchange[];
}

export type RubricJudgement = Judgement;

/** Of a vote: which place was chosen both times, whatever stood there; `unstable`: a choice once and a tie once. */
type Inconsistency = 'first' | 'second' | 'unstable';

export interface PairwiseJudgement extends Judgement {
  /** One a vote; null where both orders agree. */
  readonly inconsistencies: readonly (Inconsistency | null)[];
}

const DEFAULTS = { votes: 1, maxTokens: 512, seed: 0, low: 1, high: 5 } as const;

const temperatureOf = ({ votes = DEFAULTS.votes, temperature }: JudgeOptions) =>
  temperature ?? (votes > 1 ? 0.7 : 0);

const RUBRIC_TEMPLATE =
  'You grade an answer by a rubric. Be strict, and let neither length nor style count unless the rubric says so.';
const RUBRIC_REPLY =
  'Say in a few sentences how the answer meets the rubric. Then end with one line:\nVERDICT: number';
const PAIRWISE_TEMPLATE =
  'You compare two answers. Their order is chance: let neither it nor their length count unless the criteria say so.';
const PAIRWISE_REPLY =
  'Say in a few sentences how they compare. Then end with one line, VERDICT: A, VERDICT: B or VERDICT: TIE.';
const PAIRWISE_CRITERIA = 'The better answer is more correct, more complete and more helpful.';

/** Of all that is fixed in what a judge is asked; a change of wording is a change of the measurement. */
const templateDigest = digestOf(
  [RUBRIC_TEMPLATE, RUBRIC_REPLY, PAIRWISE_TEMPLATE, PAIRWISE_REPLY, judgePrompt('', { X: '' }, '')].join(
    '\0',
  ),
);

export type JudgeMode = 'judge.rubric' | 'judge.pairwise';

/** A model that judges, what it is asked with, and what that has cost so far, failures included. */
export class Judge {
  readonly #model: Model;
  readonly #options: JudgeOptions;
  readonly #cost = { calls: 0, promptTokens: 0, completionTokens: 0 };

  constructor(model: Model, options: JudgeOptions = {}) {
    this.#model = model;
    this.#options = options;
  }

  get cost(): JudgeCost {
    return { ...this.#cost };
  }

  /** One judgement of the prompt for each vote.
   *  @throws E_JUDGE_FAILED when the model does not answer, and what `read` throws */
  async votes<Vote>(
    prompt: string,
    read: (reply: GenerateResult) => Vote,
  ): Promise<{ readonly votes: readonly Vote[]; readonly exchanges: readonly JudgeExchange[] }> {
    const { votes: count = DEFAULTS.votes } = this.#options;
    const votes: Vote[] = [];
    const exchanges: JudgeExchange[] = [];
    for (let vote = 0; vote < count; vote++) {
      const reply = await this.#ask(prompt, vote);
      votes.push(read(reply));
      exchanges.push({ prompt, reply: reply.text });
    }
    return { votes, exchanges };
  }

  /** What exactly judges: model and its digest (`none` where it cannot be known), template, rubric, parameters.
   *  Tokens spent are no part of it: equal measurements have equal signatures. */
  signature(mode: JudgeMode, { rubric = PAIRWISE_CRITERIA, ...scale }: Partial<RubricOptions> = {}): string {
    const { info } = this.#model;
    const { votes = DEFAULTS.votes, maxTokens = DEFAULTS.maxTokens, seed = DEFAULTS.seed } = this.#options;
    const { low = DEFAULTS.low, high = DEFAULTS.high } = scale;
    return `${mode}|${signature({
      model: info.name.replaceAll('|', '_'),
      digest: info.digests === null ? 'none' : short(digestOfJson(info.digests)),
      dtype: info.dtype,
      template: short(templateDigest),
      rubric: short(digestOf(rubric)),
      scale: mode === 'judge.rubric' ? `${low}-${high}` : 'swapped',
      votes,
      temp: temperatureOf(this.#options),
      maxTokens,
      seed,
    })}`;
  }

  async #ask(prompt: string, vote: number): Promise<GenerateResult> {
    const { maxTokens = DEFAULTS.maxTokens, seed = DEFAULTS.seed } = this.#options;
    this.#cost.calls++;
    try {
      const result = await this.#model.generate({
        messages: [{ role: 'user', content: prompt }],
        maxTokens,
        temperature: temperatureOf(this.#options),
        seed: voteSeed(seed, prompt, vote),
      });
      this.#cost.promptTokens += result.usage.promptTokens;
      this.#cost.completionTokens += result.usage.completionTokens;
      return result;
    } catch (cause) {
      const { code = 'E_UNEXPECTED', message } = cause as { code?: unknown; message: string };
      throw new HarnessError('E_JUDGE_FAILED', `The judge did not answer (${String(code)}): ${message}`, {
        cause,
      });
    }
  }
}

/** Its own for each prompt and vote, below 2³¹. */
function voteSeed(seed: number, prompt: string, vote: number): number {
  const digest = createHash('sha256').update(`${seed}\0${vote}\0${prompt}`).digest();
  return digest.readUInt32BE(0) >>> 1;
}

const short = (digest: string) => digest.replace('sha256:', '').slice(0, 16);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Context of an answer: the prompt it answers, and answers that are known to be right. */
export interface JudgeContext {
  readonly source?: string;
  readonly references?: readonly string[];
}

function contextTexts({ source, references = [] }: JudgeContext): JudgedTexts {
  return {
    ...(source === undefined ? {} : { PROMPT: source }),
    ...Object.fromEntries(references.map((text, at) => [`REFERENCE-${at + 1}`, text])),
  };
}

/** Grades an answer. One vote that cannot be read spoils the judgement: leaving it out would favour the answers
 *  that confuse the judge.
 *  @throws E_JUDGE_UNPARSEABLE, E_JUDGE_FAILED, E_JUDGE_INPUT */
export async function judgeByRubric(
  judge: Judge,
  answer: string,
  context: JudgeContext,
  options: RubricOptions,
): Promise<RubricJudgement> {
  const { rubric, low = DEFAULTS.low, high = DEFAULTS.high } = options;
  const scale = `Scale: a whole number from ${low} (worst) to ${high} (best).`;
  const prompt = judgePrompt(
    [RUBRIC_TEMPLATE, `Rubric:\n${rubric.trim()}`, scale].join('\n\n'),
    { ...contextTexts(context), ANSWER: answer },
    RUBRIC_REPLY,
  );
  const { votes, exchanges } = await judge.votes(prompt, (reply) => scoreVerdict(reply, { low, high }));
  return { score: mean(votes), votes, exchanges };
}

const VALUE_OF_FIRST: Readonly<Record<Choice, number>> = { A: 1, TIE: 0.5, B: 0 };

/** 1 for the answer, 0 for the other, 0.5 where the orders disagree: then the place has chosen. */
function bothOrders(
  straight: Choice,
  swapped: Choice,
): { readonly value: number; readonly inconsistency: Inconsistency | null } {
  const value = VALUE_OF_FIRST[straight];
  if (value === 1 - VALUE_OF_FIRST[swapped]) return { value, inconsistency: null };
  if (straight !== swapped) return { value: 0.5, inconsistency: 'unstable' };
  return { value: 0.5, inconsistency: straight === 'A' ? 'first' : 'second' };
}

/** Compares an answer with another, in both orders: 1 where it is better, 0 where the other is, 0.5 for a tie or
 *  where the orders disagree (Zheng et al. 2023, section 3.4).
 *  @throws E_JUDGE_UNPARSEABLE, E_JUDGE_FAILED, E_JUDGE_INPUT */
export async function judgePair(
  judge: Judge,
  answer: string,
  other: string,
  context: JudgeContext,
  options: PairwiseOptions = {},
): Promise<PairwiseJudgement> {
  const criteria = `Criteria:\n${(options.rubric ?? PAIRWISE_CRITERIA).trim()}`;
  const prompt = (a: string, b: string) =>
    judgePrompt(
      [PAIRWISE_TEMPLATE, criteria].join('\n\n'),
      { ...contextTexts(context), 'ANSWER-A': a, 'ANSWER-B': b },
      PAIRWISE_REPLY,
    );
  const straight = await judge.votes(prompt(answer, other), choiceVerdict);
  const swapped = await judge.votes(prompt(other, answer), choiceVerdict);
  const results = straight.votes.map((choice, vote) => bothOrders(choice, swapped.votes[vote]!));
  const votes = results.map(({ value }) => value);
  return {
    score: mean(votes),
    votes,
    exchanges: [...straight.exchanges, ...swapped.exchanges],
    inconsistencies: results.map(({ inconsistency }) => inconsistency),
  };
}
