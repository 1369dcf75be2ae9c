/** The step loop: batches in, steps taken, log written, checkpoints saved. Knows nothing of files of examples or of
 *  where the model came from. */
import { writeHuggingFace, type ModelContent } from '../checkpoint/write-huggingface.ts';
import type { StoredDtype } from '../checkpoint/write-safetensors.ts';
import type { TrainingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import { elementCount } from '../tensor/dtype.ts';
import { momentNames, stepScalars, type AdamWOptions } from './adamw.ts';
import type { Batch, EncodedExample } from './batch.ts';
import {
  checkSameOrder,
  pruneCheckpoints,
  saveCheckpoint,
  type ResumePoint,
  type TrainerProgress,
} from './checkpoints.ts';
import type { ExperimentTracker } from './experiment-tracker.ts';
import { learningRate } from './learning-rate.ts';
import { lossGraph, trainingGraph } from './training-graph.ts';
import { evaluationBatches, TrainingPlan } from './training-plan.ts';
import { TrainingSession } from './training-session.ts';

/** Told after every step. */
export interface TrainingStatus {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
  /** Since training began or was resumed, evaluations and checkpoints included. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
  readonly evalLoss: number | null;
  /** Whether this step wrote a line of the log. */
  readonly logged: boolean;
}

export interface TrainingResult {
  /** Mean over all steps. */
  readonly trainLoss: number;
  /** Of the last evaluation; null without one. */
  readonly evalLoss: number | null;
  readonly steps: number;
  readonly tokens: number;
  /** Of this process: a resumed run counts from its checkpoint. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly parameterCount: number;
  /** The trained model's folder, or the checkpoint to resume from when interrupted. */
  readonly path: string;
  readonly interrupted: boolean;
}

export interface TrainerSetup {
  readonly config: TrainingConfig;
  readonly model: ModelContent;
  readonly storedDtype: StoredDtype;
  readonly examples: readonly EncodedExample[];
  readonly validation: readonly EncodedExample[];
  /** Longest row, tokens. */
  readonly maxLength: number;
  readonly tracker: ExperimentTracker;
  readonly resume: (ResumePoint & { readonly path: string }) | null;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onStatus: ((status: TrainingStatus) => void) | undefined;
}

const begin: TrainerProgress = {
  step: 0,
  epoch: 0,
  stepInEpoch: 0,
  tokens: 0,
  lossSum: 0,
  windowLossSum: 0,
  windowSteps: 0,
  evalLoss: null,
};

export class Trainer {
  readonly #setup: TrainerSetup;
  readonly #plan: TrainingPlan;
  readonly #progress: TrainerProgress;

  /** @throws EngineError E_CONFIG_INVALID when a resumed run's data differs */
  constructor(setup: TrainerSetup) {
    const { config, examples, validation, maxLength, resume } = setup;
    this.#setup = setup;
    this.#plan = new TrainingPlan(examples, validation, config, maxLength);
    if (resume) checkSameOrder(resume.path, resume.order, this.#plan.order);
    this.#progress = { ...(resume?.progress ?? begin) };
  }

  get totalSteps(): number {
    return this.#plan.totalSteps;
  }

  /** Trains to the end, or until the signal: then a checkpoint is written.
   *  @throws EngineError E_TRAINING_DIVERGED */
  async train(): Promise<TrainingResult> {
    const { config, tracker, onStatus, signal, resume } = this.#setup;
    const progress = this.#progress;
    await tracker.start(progress.step);
    const session = await this.#startSession();
    const clock = { start: performance.now(), steps: progress.step, tokens: progress.tokens };
    const seconds = () => (performance.now() - clock.start) / 1000;
    const tokensPerSecond = () => (progress.tokens - clock.tokens) / seconds();
    let saved = resume && { step: progress.step, path: resume.path };
    const save = async () => {
      if (saved?.step === progress.step) return saved.path;
      const state = await session.readState(this.#stateNames());
      const path = await saveCheckpoint(
        config.output_dir,
        this.#setup.model,
        state,
        progress,
        this.#plan.order,
      );
      saved = { step: progress.step, path };
      return path;
    };
    try {
      let steps = this.#plan.stepsOfEpoch(progress.epoch);
      while (progress.step < this.totalSteps) {
        if (signal?.aborted) break;
        const batch = this.#plan.batch(steps[progress.stepInEpoch]!);
        const rate = this.#learningRate();
        const { loss, gradNorm } = await session.step(
          batch.data,
          stepScalars(progress.step + 1, rate, this.#adamW()),
        );
        this.#checkFinite(loss, gradNorm, batch);
        this.#advance(loss, batch);
        const endOfEpoch = progress.stepInEpoch === steps.length;
        if (endOfEpoch) {
          progress.epoch++;
          progress.stepInEpoch = 0;
          steps = this.#plan.stepsOfEpoch(progress.epoch);
        }
        const epoch = progress.epoch + progress.stepInEpoch / steps.length;
        const last = progress.step === this.totalSteps;
        const logged = last || progress.step % config.logging_steps === 0;
        if (logged) {
          await tracker.log({
            step: progress.step,
            epoch,
            loss: progress.windowLossSum / progress.windowSteps,
            learningRate: rate,
            tokensPerSecond: Math.round(tokensPerSecond()),
            gradNorm,
          });
          progress.windowLossSum = 0;
          progress.windowSteps = 0;
        }
        if (this.#evaluationIsDue(endOfEpoch, last)) {
          progress.evalLoss = await this.#evaluate(session);
          await tracker.log({ step: progress.step, epoch, evalLoss: progress.evalLoss });
        }
        if (progress.step % config.save_steps === 0) {
          await save();
          await pruneCheckpoints(config.output_dir, progress.step, config.save_total_limit);
        }
        onStatus?.({
          step: progress.step,
          totalSteps: this.totalSteps,
          epoch,
          loss,
          learningRate: rate,
          gradNorm,
          tokensPerSecond: tokensPerSecond(),
          secondsLeft: (seconds() / (progress.step - clock.steps)) * (this.totalSteps - progress.step),
          evalLoss: progress.evalLoss,
          logged,
        });
      }
      const interrupted = progress.step < this.totalSteps;
      const path = interrupted ? await save() : config.output_dir;
      if (!interrupted) await this.#writeModel(session);
      return {
        trainLoss: progress.lossSum / Math.max(1, progress.step),
        evalLoss: progress.evalLoss,
        steps: progress.step,
        tokens: progress.tokens,
        seconds: seconds(),
        tokensPerSecond: tokensPerSecond(),
        parameterCount: this.#parameterCount(),
        path,
        interrupted,
      };
    } finally {
      await session.close();
    }
  }

  async #startSession(): Promise<TrainingSession> {
    const { model, resume, threads } = this.#setup;
    const state = new Map<string, Float32Array>();
    for (const { name, shape } of parametersOf(model.spec)) {
      // A copy: the arrays move to the worker.
      state.set(name, Float32Array.from(model.weights.get(name)!));
      for (const moment of Object.values(momentNames(name))) {
        state.set(moment, resume?.moments.get(moment) ?? new Float32Array(elementCount(shape)));
      }
    }
    return TrainingSession.start({
      training: trainingGraph(model.spec, this.#plan.shape, this.#adamW()),
      evaluation: lossGraph(model.spec, this.#plan.shape),
      shape: this.#plan.shape,
      state,
      threads,
    });
  }

  #adamW(): AdamWOptions {
    const { config } = this.#setup;
    return {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
      maxGradNorm: config.max_grad_norm,
    };
  }

  #learningRate(): number {
    const { config } = this.#setup;
    const schedule = {
      kind: config.lr_scheduler_type,
      peak: config.learning_rate,
      warmupSteps: config.warmup_steps,
      totalSteps: this.totalSteps,
    };
    return learningRate(schedule, this.#progress.step);
  }

  #advance(loss: number, batch: Batch): void {
    const progress = this.#progress;
    progress.step++;
    progress.stepInEpoch++;
    progress.tokens += batch.tokenCount;
    progress.lossSum += loss;
    progress.windowLossSum += loss;
    progress.windowSteps++;
  }

  #checkFinite(loss: number, gradNorm: number, batch: Batch): void {
    if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return;
    const shown = batch.ids.slice(0, 20).join(', ');
    const more = batch.ids.length > 20 ? ` and ${batch.ids.length - 20} more` : '';
    throw new EngineError(
      'E_TRAINING_DIVERGED',
      `step ${this.#progress.step + 1}: loss ${loss}, gradient norm ${gradNorm}, on examples ${shown}${more}`,
    );
  }

  #evaluationIsDue(endOfEpoch: boolean, last: boolean): boolean {
    const { config, validation } = this.#setup;
    if (validation.length === 0 || config.evaluation_strategy === 'no') return false;
    return (
      last ||
      (config.evaluation_strategy === 'epoch' ? endOfEpoch : this.#progress.step % config.eval_steps === 0)
    );
  }

  async #evaluate(session: TrainingSession): Promise<number> {
    let lossSum = 0;
    let weightSum = 0;
    for (const { data, weight } of evaluationBatches(this.#setup.validation, this.#plan.shape)) {
      lossSum += weight * (await session.evaluate(data));
      weightSum += weight;
    }
    return lossSum / weightSum;
  }

  async #writeModel(session: TrainingSession): Promise<void> {
    const { config, model, storedDtype } = this.#setup;
    const weights = await session.readState(parametersOf(model.spec).map(({ name }) => name));
    await writeHuggingFace(config.output_dir, { ...model, weights }, storedDtype);
  }

  #stateNames(): string[] {
    return parametersOf(this.#setup.model.spec).flatMap(({ name }) => [
      name,
      ...Object.values(momentNames(name)),
    ]);
  }

  #parameterCount(): number {
    return parametersOf(this.#setup.model.spec).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  }
}
