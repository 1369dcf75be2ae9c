/** The registry: versions by content, aliases with history, promotion with evidence. */
export type { AliasMove } from './aliases.ts';
export { listModels, verifyRegistry, type Inventory } from './inventory.ts';
export { promote, promotionSteps, type PromotionStep } from './promote.ts';
export { hasAlias, resolveRegistryReference } from './resolve-reference.ts';
export { rollback } from './rollback.ts';
