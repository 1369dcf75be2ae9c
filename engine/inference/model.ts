/** Model: the one interface through which text is generated and scored.
 *  Implemented by the engine, the scripted model (both here) and the HTTP model (in the harness);
 *  all three pass one conformance suite. Knows nothing of tasks, scores or servers. */
import type { ModelDigests } from '../checkpoint/checkpoint.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Exactly one of `prompt` and `messages`. */
export type ModelInput =
  | {
      readonly prompt: string;
      /** true: the prompt is continued as it stands. false or absent: it is one user message of a chat. */
      readonly raw?: boolean;
      readonly messages?: never;
    }
  | { readonly messages: readonly ChatMessage[]; readonly prompt?: never; readonly raw?: never };

export interface SamplingParameters {
  /** Most tokens to generate; default 128. */
  readonly maxTokens?: number;
  /** In [0, 2]; 0 is greedy. Default 0. */
  readonly temperature?: number;
  /** Nucleus (Holtzman et al. 2020), in (0, 1]; default 1. */
  readonly topP?: number;
  /** Keep the k most likely tokens; default 0, which keeps all. */
  readonly topK?: number;
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

export type GenerateRequest = ModelInput &
  SamplingParameters & {
    /** Return the log-probability of each generated token. */
    readonly logprobs?: boolean;
    readonly signal?: AbortSignal;
    /** Called with each piece of text as it becomes final. */
    readonly onText?: (text: string) => void;
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
  /** Natural logarithms, one a token; present when asked for. */
  readonly logprobs?: readonly number[];
  readonly usage: Usage;
  readonly finishReason: 'stop' | 'length';
  readonly timing: {
    /** From the call to the last token. */
    readonly latencyMs: number;
    /** To the first token; null where the model does not tell. */
    readonly ttftMs: number | null;
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

export interface ModelInfo {
  /** The reference by which it was asked for. */
  readonly reference: string;
  /** Short name for people and for the `model` field of HTTP answers. */
  readonly name: string;
  readonly kind: 'engine' | 'scripted' | 'http';
  /** Null where they cannot be known (an HTTP model): it can be judged, not promoted. */
  readonly digests: ModelDigests | null;
  readonly device: string;
  readonly dtype: string;
  readonly parameterCount: number | null;
  readonly contextLength: number | null;
  /** Whether `logLikelihood` is offered. */
  readonly scoresText: boolean;
  /** Of a model out of the registry. */
  readonly release?: ModelRelease;
}

export interface Model {
  readonly info: ModelInfo;
  /** @throws EngineError E_PROMPT_EMPTY, E_PROMPT_TOO_LONG, E_REQUEST_INVALID, E_ABORTED */
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** Only where `info.scoresText`. */
  logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult>;
  close(): Promise<void>;
}
