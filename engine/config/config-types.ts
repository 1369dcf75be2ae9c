/** The sections of a configuration, typed from the table of keys. */
import type { ValuesOf } from './config-keys.ts';
import type { configTable } from './config-table.ts';

type Sections = (typeof configTable)['keys'];
type Section<Name extends keyof Sections> = ValuesOf<Sections[Name]['keys']>;

export type ModelConfig = Section<'model'>;
/** Shape of a new model. */
export type ModelInitConfig = NonNullable<ModelConfig['init']>;
export type TrainingConfig = Section<'training'>;
export type DataConfig = Section<'data'>;
export type ServingConfig = Section<'serving'>;
export type LoraConfig = Section<'lora'>;

export interface Config {
  model: ModelConfig;
  training: TrainingConfig;
  data: DataConfig;
  serving: ServingConfig;
  /** null: all weights are trained. */
  lora: LoraConfig | null;
}
