/** The registry: versions by content, aliases with history, promotion with evidence. */
export type { AliasMove } from './aliases.ts';
export { collectGarbage, collectionSteps, type Collection, type CollectOptions } from './collect-garbage.ts';
export {
  historyOfAlias,
  listModels,
  showVersion,
  verifyRegistry,
  type Inventory,
  type VersionDetails,
} from './inventory.ts';
export { mlflowCredentials } from './mlflow-client.ts';
export { exportToMlflow } from './mlflow-export.ts';
export { MlflowTracker } from './mlflow-tracker.ts';
export { promote, promotionSteps, type PromotionStep } from './promote.ts';
export { registerModel } from './register.ts';
export { currentMove, hasAlias, overrideInWords, resolveRegistryReference } from './resolve-reference.ts';
export { rollback, rollbackSteps } from './rollback.ts';
