/** Model: the one interface through which text is generated and scored.
 *  Implemented by the engine, the scripted model (both here) and the HTTP model (in the harness);
 *  all three pass one conformance suite. Knows nothing of tasks, scores or servers. */
import type { ModelDigests } from '../checkpoint/checkpoint.ts';
import type { Constraint } from '../grammar/constraint.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Exactly one of `prompt`, `messages` and `tokens`. */
export type ModelInput =
  | {
      readonly prompt: string;
      /** true: the prompt is continued as it stands. false or absent: it is one user message of a chat. */
      readonly raw?: boolean;
      readonly messages?: never;
      readonly tokens?: never;
    }
  | {
      readonly messages: readonly ChatMessage[];
      readonly prompt?: never;
      readonly raw?: never;
      readonly tokens?: never;
    }
  | {
      /** Continued as they stand, nothing added. Only where the model has a tokenizer. */
      readonly tokens: readonly number[];
      readonly prompt?: never;
      readonly raw?: never;
      readonly messages?: never;
    };

export interface SamplingParameters {
  /** Most tokens to generate; default 128. */
  readonly maxTokens?: number;
  /** In [0, 2]; 0 is greedy. Default 0. */
  readonly temperature?: number;
  /** Nucleus (Holtzman et al. 2020), in (0, 1]; default 1. */
  readonly topP?: number;
  /** Keep the k most likely tokens; default 0, which keeps all. */
  readonly topK?: number;
  /** Least probability, as a share of the most likely token's, in [0, 1]; default 0, which keeps all. */
  readonly minP?: number;
  /** Above 0, at most 10: tokens of the prompt and of the answer become less likely above 1; default 1. */
  readonly repetitionPenalty?: number;
  /** In [-2, 2], for tokens of the answer; default 0. */
  readonly presencePenalty?: number;
  /** In [-2, 2], for each time a token stands in the answer; default 0. */
  readonly frequencyPenalty?: number;
  /** Added to the logits of these token ids, each in [-100, 100]. */
  readonly logitBias?: Readonly<Record<number, number>>;
  /** Generation ends before the first of these. */
  readonly stop?: readonly string[];
  /** Same seed, same text. Default 0. */
  readonly seed?: number;
}

/** How one prompt, or each of several, is answered. */
export interface GenerateOptions extends SamplingParameters {
  /** Continue the prompt as it stands, without the chat template. */
  readonly raw?: boolean;
  readonly signal?: AbortSignal;
}

/** A token and how likely the model held it to be at its place. */
export interface TokenAlternative {
  /** Id; null where the model does not tell. */
  readonly token: number | null;
  /** The token's own text; U+FFFD stands for part of a character. */
  readonly text: string;
  /** Natural logarithm, before temperature, penalties and truncation. */
  readonly logprob: number;
}

export interface TokenLogprob extends TokenAlternative {
  /** The most likely tokens at this place, as many as asked for, most likely first. */
  readonly top: readonly TokenAlternative[];
}

/** A token of a prompt; the first has no log-probability, as there is nothing before it. */
export type PromptLogprob = Omit<TokenLogprob, 'logprob'> & { readonly logprob: number | null };

/** Most alternatives that may be asked for beside a token, as in OpenAI's API. */
export const MOST_TOP_LOGPROBS = 20;

export type GenerateRequest = ModelInput &
  SamplingParameters & {
    /** Return the log-probability of each generated token. */
    readonly logprobs?: boolean;
    /** From 0 to 20: this many of the most likely tokens beside each; default 0. */
    readonly topLogprobs?: number;
    /** Return the log-probabilities of the prompt's tokens as well. */
    readonly promptLogprobs?: boolean;
    /** What the text must be: where `finishReason` is 'stop', it is; where it is 'length', it is the beginning of such
     *  a text. Not together with `stop`. Only where `info.constrains`. */
    readonly constraint?: Constraint;
    readonly signal?: AbortSignal;
    /** Called with each piece of text as it becomes final, and with the log-probabilities, where asked for, of the
     *  tokens that came since the last piece; the last piece may be empty. */
    readonly onText?: (text: string, logprobs: readonly TokenLogprob[]) => void;
  };

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
}

export interface GenerateResult {
  readonly text: string;
  /** Ids of the generated tokens, the end token left out; empty where the model does not tell. */
  readonly tokens: readonly number[];
  /** One a token; present when asked for. */
  readonly logprobs?: readonly TokenLogprob[];
  /** Of the end token, which is none of `tokens`; present when log-probabilities were asked for and it came. */
  readonly endLogprob?: TokenLogprob;
  /** One a token of the prompt; present when asked for. */
  readonly promptLogprobs?: readonly PromptLogprob[];
  readonly usage: Usage;
  /** What the server that was asked calls the request in its log; absent where none was, or it did not say. */
  readonly requestId?: string;
  readonly finishReason: 'stop' | 'length';
  readonly timing: {
    /** From the call to the last token. */
    readonly latencyMs: number;
    /** To the first token; null where the model does not tell. */
    readonly ttftMs: number | null;
    /** Until the model began to read the prompt; where it tells. */
    readonly queueMs?: number;
    /** Between one token and the next; where it tells. */
    readonly tokenGapsMs?: readonly number[];
  };
}

export type LogLikelihoodRequest = ModelInput & {
  /** What the model would have to answer. */
  readonly completion: string;
  readonly signal?: AbortSignal;
};

export interface LogLikelihoodResult {
  /** Natural logarithm of P(completion | input), the end token not included. */
  readonly logLikelihood: number;
  /** One a completion token. */
  readonly logprobs: readonly number[];
  /** Whether each completion token is the model's most likely one. */
  readonly greedy: boolean;
}

/** Which version of a registry a model is, and how it came to be served. */
export interface ModelRelease {
  readonly name: string;
  readonly version: number;
  /** The alias that was followed, without the @, and the number of its move; null for a version asked for by number. */
  readonly alias: string | null;
  readonly move: number | null;
  /** Who overrode the rules to promote it and why, in words; null where nothing was overridden. */
  readonly override: string | null;
}

export interface TokenText {
  readonly token: number;
  readonly text: string;
}

/** The model's own way between text and tokens. */
export interface ModelTokenizer {
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly chatTemplate: string | null;
  /** The tokens the model would read for the input.
   *  @param addSpecialTokens whether a raw prompt gets a begin token, where the model has one; default true */
  encode(input: ModelInput, addSpecialTokens?: boolean): Promise<readonly TokenText[]>;
  /** Special tokens included. */
  decode(tokens: readonly number[]): Promise<string>;
}

/** Requests that a model has and has not answered. */
export interface ModelLoad {
  readonly running: number;
  readonly waiting: number;
}

export interface ModelInfo {
  /** The reference by which it was asked for. */
  readonly reference: string;
  /** Short name for people and for the `model` field of HTTP answers. */
  readonly name: string;
  readonly kind: 'engine' | 'scripted' | 'http';
  /** Null where they cannot be known (an HTTP model): it can be judged, not promoted. */
  readonly digests: ModelDigests | null;
  readonly device: string;
  /** Why on that one, in words; absent where there was no choice. */
  readonly deviceReason?: string;
  readonly dtype: string;
  readonly parameterCount: number | null;
  /** Of the weights in memory; absent where they are not known. */
  readonly weightBytes?: number;
  readonly contextLength: number | null;
  /** Whether `logLikelihood` is offered. */
  readonly scoresText: boolean;
  /** Whether a `constraint` is followed; absent: no. A model behind an endpoint of others is taken at its word. */
  readonly constrains?: boolean;
  /** Of a model out of the registry. */
  readonly release?: ModelRelease;
}

export interface Model {
  readonly info: ModelInfo;
  /** Absent where the model has none, or keeps it to itself. */
  readonly tokenizer?: ModelTokenizer;
  /** Absent where the model does not know. */
  load?(): ModelLoad;
  /** @throws EngineError E_PROMPT_EMPTY, E_PROMPT_TOO_LONG, E_REQUEST_INVALID, E_ABORTED */
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** Only where `info.scoresText`. */
  logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult>;
  close(): Promise<void>;
}
