/** The registry: versions by content, aliases with history, promotion with evidence. */
export type { AliasMove } from './aliases.ts';
export { listModels, verifyRegistry, type Inventory, type Verification } from './inventory.ts';
export { promote, promotionSteps, type PromoteOptions, type PromotionStep } from './promote.ts';
export { hasAlias, resolveRegistryReference, type RegistryModel } from './resolve-reference.ts';
export { rollback, type Rollback, type RollbackOptions } from './rollback.ts';
export type { ModelVersion } from './versions.ts';
