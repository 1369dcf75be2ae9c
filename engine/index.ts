/** The engine's public face: the only file of the engine that the harness may import. */
export { EngineError, engineErrors, type EngineErrorCode } from './errors.ts';
export type { ModelDigests } from './checkpoint/checkpoint.ts';
export type {
  ChatMessage,
  GenerateRequest,
  GenerateResult,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  Model,
  ModelInfo,
  ModelInput,
  SamplingParameters,
  Usage,
} from './inference/model.ts';
export { ConfigManager } from './config/config-manager.ts';
export type {
  Config,
  DataConfig,
  LoraConfig,
  ModelConfig,
  ServingConfig,
  TrainingConfig,
} from './config/config-types.ts';
