/** The engine's public face: the only file of the engine that the harness may import. */
export { EngineError, engineErrors, type EngineErrorCode } from './errors.ts';
export type { ModelDigests } from './checkpoint/checkpoint.ts';
export type {
  ChatMessage,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  Model,
  ModelInfo,
  ModelInput,
  ModelRelease,
  SamplingParameters,
  TokenAlternative,
  TokenLogprob,
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
export { sectionDefaults } from './config/config-defaults.ts';
export { ApiServer } from './serving/api-server.ts';
export { ModelServer } from './serving/model-server.ts';
export { type ServedModel, serveModel } from './serving/serve-model.ts';
export { TrainingOrchestrator, type TrainingOptions } from './training/training-orchestrator.ts';
export type { TrainingResult, TrainingStatus } from './training/trainer.ts';
export { ExperimentTracker, scalarsOf, type TrainingTracker } from './training/experiment-tracker.ts';
export { TensorBoardTracker } from './training/tensorboard-tracker.ts';
export { loadModel, type LoadOptions } from './inference/engine-model.ts';
export { readModelDigests } from './checkpoint/read-checkpoint.ts';
export { checkGenerateRequest, checkLogLikelihoodRequest } from './inference/request.ts';
export {
  perplexity,
  score,
  type ContinuationScore,
  type PerplexityOptions,
  type ScoreOptions,
  type TextPerplexity,
} from './inference/score.ts';
export type { Constraint } from './grammar/constraint.ts';
export { loadScriptedModel } from './inference/scripted-model.ts';
export {
  ModelManager,
  type ApplyLoraOptions,
  type ManagedModelConfig,
  type ModelManagerOptions,
} from './inference/model-manager.ts';
export { chooseDevice, type DeviceChoice, graphicsAdapter } from './device/devices.ts';
export { probeProviders, type ProviderState } from './device/providers.ts';
