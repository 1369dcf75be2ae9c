/** TrainingOrchestrator: a configuration in, a trained model in its output folder out. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { createChatTemplate } from '../tokenizer/chat-template.ts';
import { readResumePoint } from './checkpoints.ts';
import { encodeConversations, encodeTexts, type EncodedData, type Encoding } from './encode.ts';
import { readConversations, readTexts, type Conversation, type TextDocument } from './examples.ts';
import { ExperimentTracker } from './experiment-tracker.ts';
import { TrainableModelManager, type LoadedModel } from './trainable-model-manager.ts';
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
  /** Told what a person should know before training begins, such as examples that were cut. */
  readonly onNotice?: (notice: string) => void;
}

/** One way to train: how its data is read, what a tokenizer learns from it, how it becomes tokens. */
interface TrainingMethod<Example> {
  read(file: string): Promise<Example[]>;
  textsOf(example: Example): string[];
  encode(examples: Example[], model: LoadedModel, encoding: Encoding, promptWeight: number): EncodedData;
}

const sft: TrainingMethod<Conversation> = {
  read: readConversations,
  textsOf: ({ messages }) => messages.map((message) => message.content),
  encode(examples, { content }, encoding, promptWeight) {
    const template =
      content.chatTemplate === null ? null : createChatTemplate(content.chatTemplate, content.tokenizer);
    return encodeConversations(examples, template, promptWeight, encoding);
  },
};

const pretrain: TrainingMethod<TextDocument> = {
  read: readTexts,
  textsOf: ({ text }) => [text],
  encode: (examples, _model, encoding) => encodeTexts(examples, encoding),
};

interface Prepared {
  readonly model: LoadedModel;
  readonly train: EncodedData;
  readonly validation: EncodedData | null;
}

type Prepare = (
  config: TrainingSections,
  manager: TrainableModelManager,
  resumeFrom: string | undefined,
) => Promise<Prepared>;

function preparation<Example>(method: TrainingMethod<Example>): Prepare {
  return async ({ training, data }, manager, resumeFrom) => {
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
      resumeFrom === undefined
        ? await manager.loadModel(
            examples.flatMap((example) => method.textsOf(example)),
            training.seed,
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
    };
    const encode = (list: Example[]) => method.encode(list, model, encoding, training.prompt_loss_weight);
    return { model, train: encode(examples), validation: validation && encode(validation) };
  };
}

const methods: ReadonlyMap<string, Prepare> = new Map([
  ['sft', preparation(sft)],
  ['pretrain', preparation(pretrain)],
]);

export class TrainingOrchestrator {
  readonly config: TrainingSections;
  readonly modelManager: TrainableModelManager;
  readonly experimentTracker: ExperimentTracker;
  readonly #options: TrainingOptions;

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
    if (lora !== null) {
      throw new EngineError('E_CONFIG_INVALID', 'lora: adapters are not trained yet, only all weights are.', {
        remedy: 'Leave the section lora out.',
      });
    }
    if (modelConfig.device !== 'auto' && modelConfig.device !== 'cpu') {
      throw new EngineError('E_DEVICE_UNAVAILABLE', `training runs on cpu, not on ${modelConfig.device}`, {
        remedy: 'Set model.device to cpu or auto.',
      });
    }
    const { resumeFrom, threads = availableParallelism(), signal, onStatus } = this.#options;
    const { model, train, validation } = await prepare(this.config, this.modelManager, resumeFrom);
    this.#tellAbout(train, data.train_file ?? '');
    if (validation) this.#tellAbout(validation, data.validation_file ?? '');
    const setup: TrainerSetup = {
      config: training,
      model: model.content,
      storedDtype: modelConfig.torch_dtype === 'float16' ? 'float16' : 'float32',
      examples: train.examples,
      validation: validation?.examples ?? [],
      maxLength: data.max_length,
      tracker: this.experimentTracker,
      resume:
        resumeFrom === undefined
          ? null
          : { ...(await readResumePoint(resolve(resumeFrom), model.content.spec)), path: resumeFrom },
      threads,
      signal,
      onStatus,
    };
    return new Trainer(setup);
  }

  /** Trains; prepares first where no trainer is given.
   *  @throws EngineError E_TRAINING_DIVERGED, and those of `prepareTraining` */
  async executeTraining(trainer?: Pick<Trainer, 'train'>): Promise<TrainingResult> {
    return (trainer ?? (await this.prepareTraining())).train();
  }

  #tellAbout({ examples, truncated, dropped }: EncodedData, file: string): void {
    const { onNotice } = this.#options;
    if (examples.length === 0) {
      throw new EngineError(
        'E_TRAINING_DATA',
        `${file}: no example has anything to learn within data.max_length.`,
        {
          remedy: 'Raise data.max_length.',
        },
      );
    }
    if (truncated > 0) onNotice?.(`${file}: ${truncated} examples were cut at data.max_length.`);
    if (dropped > 0) onNotice?.(`${file}: ${dropped} examples had no answer left and were left out.`);
  }
}
