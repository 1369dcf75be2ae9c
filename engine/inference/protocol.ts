/** Messages between the thread that asks and the worker thread that computes. Plain data only. */
import { EngineError, engineErrors, type EngineErrorCode } from '../errors.ts';
import type { ModelDigests } from '../checkpoint/checkpoint.ts';
import type { Precision } from '../nn/precision.ts';
import type { AdapterChoice } from './adapters.ts';
import type { Scored } from './batcher.ts';
import type { Generated } from './sequence.ts';
import type { Device } from '../device/devices.ts';
import type { ModelInput, TokenLogprob, TokenText } from './model.ts';
import type { Sampling } from './request.ts';

export interface WorkerInput {
  /** Module that `worker-entry.js` imports. */
  readonly entry: string;
  readonly path: string;
  readonly precision: Precision;
  readonly device: Device;
  readonly cacheFolder: string | null;
  readonly adapter: AdapterChoice | null;
}

export interface LogprobsWanted {
  readonly generated: boolean;
  readonly prompt: boolean;
  /** Alternatives beside each token. */
  readonly top: number;
}

export type ToWorker =
  | {
      readonly type: 'generate';
      readonly id: number;
      readonly input: ModelInput;
      readonly sampling: Sampling;
      readonly logprobs: LogprobsWanted;
      readonly wantsText: boolean;
    }
  | {
      readonly type: 'logLikelihood';
      readonly id: number;
      readonly input: ModelInput;
      readonly completion: string;
    }
  | {
      readonly type: 'encode';
      readonly id: number;
      readonly input: ModelInput;
      readonly addSpecialTokens: boolean;
    }
  | { readonly type: 'decode'; readonly id: number; readonly tokens: readonly number[] }
  /** Another adapter, once what is under way is done. */
  | { readonly type: 'adapter'; readonly id: number; readonly path: string | null }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'close' };

export interface LoadedModel {
  readonly digests: ModelDigests;
  readonly parameterCount: number;
  readonly weightBytes?: number;
  readonly contextLength: number;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly chatTemplate: string | null;
}

export type FromWorker =
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  | { readonly type: 'loadFailed'; readonly error: PlainError }
  /** Reading its prompt has begun. */
  | { readonly type: 'started'; readonly id: number }
  | {
      readonly type: 'text';
      readonly id: number;
      readonly text: string;
      readonly logprobs: readonly TokenLogprob[];
    }
  | {
      readonly type: 'generated';
      readonly id: number;
      readonly result: Generated;
      readonly promptTokens: number;
      /** On the process's clock; see `clockMs`. */
      readonly startedAtMs: number;
      /** One a token, the end token included. */
      readonly tokensAtMs: readonly number[];
    }
  | { readonly type: 'encoded'; readonly id: number; readonly tokens: readonly TokenText[] }
  | { readonly type: 'decoded'; readonly id: number; readonly text: string }
  | { readonly type: 'scored'; readonly id: number; readonly result: Scored }
  | { readonly type: 'adapted'; readonly id: number; readonly digest: string | null }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError };

/** Milliseconds on a clock that all threads of a process share and that is never set back. */
export function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** An error as data: classes do not survive the way between threads. */
export interface PlainError {
  readonly code: EngineErrorCode | null;
  readonly message: string;
  readonly remedy: string;
  readonly stack: string;
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof EngineError) {
    return { code: error.code, message: error.message, remedy: error.remedy, stack: error.stack ?? '' };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return { code: null, message: known.message, remedy: '', stack: known.stack ?? '' };
}

export function fromPlainError(plain: PlainError): Error {
  if (plain.code !== null && plain.code in engineErrors) {
    return new EngineError(plain.code, plain.message, { remedy: plain.remedy });
  }
  const error = new Error(plain.message);
  error.stack = plain.stack;
  return error;
}
