/** TrainingOrchestrator: a configuration in, a trained model in its output folder out. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config, TrainingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { chooseDevice } from '../device/devices.ts';
import type { LoraPairs } from '../nn/lora.ts';
import { readLoraAdapter } from '../checkpoint/lora-adapter.ts';
import { writeTextThrough } from '../checkpoint/write-through.ts';
import { createChatTemplate } from '../tokenizer/chat-template.ts';
import { baseFacts, dataFacts } from './card-facts.ts';
import { readResumePoint } from './checkpoints.ts';
import {
  encodeConversations,
  encodePreferences,
  encodeTexts,
  type EncodedData,
  type Encoding,
} from './encode.ts';
import {
  readConversations,
  readPreferences,
  readTexts,
  type Conversation,
  type Preference,
  type TextDocument,
} from './examples.ts';
import { ExperimentTracker, type TrainingTracker } from './experiment-tracker.ts';
import { lowRankOf } from './low-rank.ts';
import { modelCard, type CardFacts } from './model-card.ts';
import type { TrainedModel } from './trained-model.ts';
import { LikelihoodExamples, PreferenceExamples, type TrainingExamples } from './training-examples.ts';
import { ownAdapter, TrainableModelManager, type LoadedModel } from './trainable-model-manager.ts';
import { Trainer, type TrainerSetup, type TrainingResult, type TrainingStatus } from './trainer.ts';

/** The sections that training reads. */
export type TrainingSections = Pick<Config, 'model' | 'training' | 'data' | 'lora'>;

export interface TrainingOptions {
  /** A `checkpoint-N` folder to go on from. */
  readonly resumeFrom?: string;
  /** Of the graph's kernels; default: as many as there are cores. */
  readonly threads?: number;
  /** Ends training after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStatus?: (status: TrainingStatus) => void;
  /** Follow the run beside its own log. */
  readonly trackers?: readonly TrainingTracker[];
  /** Told what a person should know before training begins, such as examples that were cut. */
  readonly onNotice?: (notice: string) => void;
}

/** One way to train: how its data is read, what a tokenizer learns from it, how it becomes tokens. */
interface TrainingMethod<Example> {
  read(file: string): Promise<Example[]>;
  textsOf(example: Example): string[];
  encode(examples: Example[], model: LoadedModel, encoding: Encoding, training: TrainingConfig): PreparedData;
}

/** Examples, and how many of the file's are not whole among them. */
interface PreparedData {
  readonly examples: TrainingExamples;
  readonly counts: Pick<EncodedData, 'truncated' | 'dropped'>;
}

const templateOf = ({ content }: LoadedModel) =>
  content.chatTemplate === null ? null : createChatTemplate(content.chatTemplate, content.tokenizer);

const sft: TrainingMethod<Conversation> = {
  read: readConversations,
  textsOf: ({ messages }) => messages.map((message) => message.content),
  encode(conversations, model, encoding, { prompt_loss_weight, packing }) {
    const data = encodeConversations(conversations, templateOf(model), prompt_loss_weight, encoding);
    return { examples: new LikelihoodExamples(data.examples, packing), counts: data };
  },
};

const dpo: TrainingMethod<Preference> = {
  read: readPreferences,
  textsOf: ({ prompt, chosen, rejected }) =>
    [...prompt, ...chosen, ...rejected].map(({ content }) => content),
  encode(preferences, model, encoding, training) {
    const data = encodePreferences(preferences, templateOf(model), encoding);
    const examples = new PreferenceExamples(data.examples, {
      beta: training.dpo_beta,
      labelSmoothing: training.dpo_label_smoothing,
      lengthNormalised: training.dpo_length_normalised,
    });
    return { examples, counts: data };
  },
};

const pretrain: TrainingMethod<TextDocument> = {
  read: readTexts,
  textsOf: ({ text }) => [text],
  encode(texts, _model, encoding, { packing }) {
    const data = encodeTexts(texts, encoding);
    return { examples: new LikelihoodExamples(data.examples, packing), counts: data };
  },
};

interface Prepared {
  readonly model: LoadedModel;
  readonly train: PreparedData;
  readonly validation: PreparedData | null;
}

type Prepare = (
  config: TrainingSections,
  manager: TrainableModelManager,
  resumeFrom: string | undefined,
) => Promise<Prepared>;

function preparation<Example>(method: TrainingMethod<Example>): Prepare {
  return async ({ training, data, lora }, manager, resumeFrom) => {
    if (data.train_file === null) {
      throw new EngineError('E_CONFIG_INVALID', 'data.train_file is missing. Expected a JSON Lines file.');
    }
    const examples = await method.read(data.train_file);
    const evaluates = training.evaluation_strategy !== 'no';
    if (evaluates && data.validation_file === null) {
      throw new EngineError(
        'E_CONFIG_INVALID',
        `training.evaluation_strategy is ${training.evaluation_strategy}, but data.validation_file is missing.`,
      );
    }
    const validation =
      evaluates && data.validation_file !== null ? await method.read(data.validation_file) : null;
    const model =
      resumeFrom === undefined || lora !== null
        ? await manager.loadModel(
            examples.flatMap((example) => method.textsOf(example)),
            training.seed,
            lora === null,
          )
        : await manager.loadModelFromCheckpoint(resumeFrom);
    const { spec, eosTokenIds } = model.content;
    if (data.max_length > spec.maxPositions) {
      throw new EngineError(
        'E_CONFIG_INVALID',
        `data.max_length is ${data.max_length}, but the model has ${spec.maxPositions} positions.`,
      );
    }
    const encoding = {
      tokenizer: model.tokenizer,
      eosTokenId: eosTokenIds[0] ?? null,
      maxLength: data.max_length,
      overlong: data.overlong,
    };
    const encode = (list: Example[]) => method.encode(list, model, encoding, training);
    return { model, train: encode(examples), validation: validation && encode(validation) };
  };
}

const methods: ReadonlyMap<string, Prepare> = new Map([
  ['sft', preparation(sft)],
  ['dpo', preparation(dpo)],
  ['pretrain', preparation(pretrain)],
]);

export class TrainingOrchestrator {
  readonly config: TrainingSections;
  readonly modelManager: TrainableModelManager;
  readonly experimentTracker: ExperimentTracker;
  readonly #options: TrainingOptions;
  /** Of the run prepared last. */
  #facts: Pick<CardFacts, 'data' | 'base'> | null = null;

  constructor(config: TrainingSections, options: TrainingOptions = {}) {
    this.config = config;
    this.modelManager = new TrainableModelManager(config.model);
    this.experimentTracker = new ExperimentTracker(config.training.output_dir);
    this.#options = options;
  }

  /** Reads data and model, ready to train.
   *  @throws EngineError E_TRAINING_METHOD, E_TRAINING_DATA, E_CONFIG_INVALID, E_DEVICE_UNAVAILABLE, and those of a
   *  checkpoint */
  async prepareTraining(): Promise<Trainer> {
    const { training, model: modelConfig, data, lora } = this.config;
    const prepare = methods.get(training.method);
    if (!prepare) {
      const known = [...methods.keys()].join(', ');
      throw new EngineError(
        'E_TRAINING_METHOD',
        `Unsupported training method ${JSON.stringify(training.method)}. Expected one of ${known}.`,
      );
    }
    if (lora !== null && modelConfig.init !== null) {
      throw new EngineError('E_CONFIG_INVALID', 'lora: a new model has nothing to adapt', {
        remedy: 'Leave out model.init, or the section lora.',
      });
    }
    const needsEvaluation = training.load_best_model_at_end || training.early_stopping_patience !== null;
    if (needsEvaluation && training.evaluation_strategy === 'no') {
      throw new EngineError(
        'E_CONFIG_INVALID',
        'training.load_best_model_at_end and training.early_stopping_patience need a validation loss.',
        { remedy: 'Set training.evaluation_strategy to steps or epoch.' },
      );
    }
    // Which is faster for training is not known of any card, so that `auto` does not take one.
    const { device, reason } = await chooseDevice(modelConfig.device === 'auto' ? 'cpu' : modelConfig.device);
    if (device !== 'cpu') this.#options.onNotice?.(`trains on ${device}: ${reason}`);
    const { resumeFrom, threads = availableParallelism(), signal, onStatus, trackers = [] } = this.#options;
    const { model: loaded, train, validation } = await prepare(this.config, this.modelManager, resumeFrom);
    const model: TrainedModel = {
      content: loaded.content,
      adapter: lora && {
        lowRank: lowRankOf(loaded.content.spec, lora),
        base: modelConfig.name,
        earlier: await earlierAdapter(modelConfig.name, loaded),
        merge: lora.merge,
      },
    };
    this.#tellAbout(train, data.train_file ?? '');
    if (validation) this.#tellAbout(validation, data.validation_file ?? '');
    const setup: TrainerSetup = {
      config: training,
      data,
      model,
      storedDtype: modelConfig.torch_dtype === 'float16' ? 'float16' : 'float32',
      examples: train.examples,
      validation: validation?.examples ?? null,
      trackers: [this.experimentTracker, ...trackers],
      resume:
        resumeFrom === undefined
          ? null
          : { ...(await readResumePoint(resolve(resumeFrom), model)), path: resumeFrom },
      threads,
      device,
      signal,
      onStatus,
    };
    const trainer = new Trainer(setup);
    this.#facts = {
      base: await baseFacts(modelConfig),
      data: [
        await dataFacts('training', data.train_file ?? '', train.examples.sizes.length, train.counts),
        ...(validation
          ? [
              await dataFacts(
                'validation',
                data.validation_file ?? '',
                validation.examples.sizes.length,
                validation.counts,
              ),
            ]
          : []),
      ],
    };
    this.#tellMemory(trainer);
    return trainer;
  }

  /** Trains, and writes the result's model card; prepares first where no trainer is given.
   *  @throws EngineError E_TRAINING_DIVERGED, and those of `prepareTraining` */
  async executeTraining(trainer?: Pick<Trainer, 'train'>): Promise<TrainingResult> {
    const result = await (trainer ?? (await this.prepareTraining())).train();
    if (this.#facts && !result.interrupted) {
      const log = await this.experimentTracker.read();
      const card = modelCard({ ...this.#facts, sections: this.config, log, result });
      await writeTextThrough(join(result.path, 'README.md'), card);
    }
    return result;
  }

  #tellMemory(trainer: Trainer): void {
    const { neededBytes, freeBytes } = trainer.forecastMemory();
    const amounts = `needs about ${gigabytes(neededBytes)} of memory, ${gigabytes(freeBytes)} free`;
    const advice = '; lower training.per_device_train_batch_size or data.max_length if it does not fit';
    this.#options.onNotice?.(neededBytes > freeBytes ? `${amounts}${advice}` : amounts);
  }

  #tellAbout({ examples, counts: { truncated, dropped } }: PreparedData, file: string): void {
    const { onNotice } = this.#options;
    if (examples.sizes.length === 0) {
      throw new EngineError(
        'E_TRAINING_DATA',
        `${file}: no example has anything to learn within data.max_length.`,
        {
          remedy: 'Raise data.max_length.',
        },
      );
    }
    if (truncated > 0) onNotice?.(`${file}: ${truncated} examples were cut at data.max_length.`);
    if (dropped > 0) {
      const why =
        this.config.data.overlong === 'drop'
          ? 'were longer than data.max_length, or had no answer,'
          : 'had no answer left';
      onNotice?.(`${file}: ${dropped} examples ${why} and were left out.`);
    }
  }
}

/** What lies in the model's folder adapter/; null where there is nothing. */
async function earlierAdapter(path: string, { content }: LoadedModel): Promise<LoraPairs | null> {
  const folder = ownAdapter(path);
  return folder === null ? null : (await readLoraAdapter(folder, content.spec)).pairs;
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(bytes < 1e10 ? 2 : 0)} GB`;
