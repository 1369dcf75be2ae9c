/** The step loop: batches in, steps taken, log written, checkpoints saved. Knows nothing of files of examples or of
 *  where the model came from. */
import type { StoredDtype } from '../checkpoint/write-safetensors.ts';
import type { DataConfig, TrainingConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import type { Device } from '../device/devices.ts';
import { parametersOf } from '../nn/decoder-parameters.ts';
import { stepScalars, type AdamWOptions } from './adamw.ts';
import type { Batch } from './batch.ts';
import {
  checkpointPath,
  checkSameOrder,
  pruneCheckpoints,
  saveCheckpoint,
  storedStateNames,
  type ResumePoint,
  type TrainerProgress,
} from './checkpoints.ts';
import type { TrainingLogLine, TrainingOutcome, TrainingTracker } from './experiment-tracker.ts';
import { learningRate } from './learning-rate.ts';
import { forecastMemory, type MemoryForecast } from './memory-forecast.ts';
import { seedFor } from './random.ts';
import { evaluate, referenceTables } from './references.ts';
import { lossGraph, stepGraphs, type GraphSubject, type StepGraphs } from './training-graph.ts';
import type { TrainingExamples } from './training-examples.ts';
import { TrainingPlan } from './training-plan.ts';
import { TrainingSession } from './training-session.ts';
import {
  countParameters,
  initialState,
  readTrained,
  resultStateNames,
  trainedParameters,
  writeResult,
  type TrainedModel,
} from './trained-model.ts';

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
  /** Of those, or beside them as adapters. */
  readonly trainedParameterCount: number;
  /** The trained model's or adapter's folder, or the checkpoint to resume from when interrupted. */
  readonly path: string;
  readonly kind: 'model' | 'adapter';
  /** The step whose weights the result has. */
  readonly resultStep: number;
  readonly interrupted: boolean;
  /** Whether the validation loss had stopped falling. */
  readonly stoppedEarly: boolean;
}

export interface TrainerSetup {
  readonly config: TrainingConfig;
  readonly data: DataConfig;
  readonly model: TrainedModel;
  readonly storedDtype: StoredDtype;
  readonly examples: TrainingExamples;
  readonly validation: TrainingExamples | null;
  /** Told in this order. */
  readonly trackers: readonly TrainingTracker[];
  readonly resume: (ResumePoint & { readonly path: string }) | null;
  readonly threads: number;
  readonly device: Device;
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
  best: null,
  evaluationsWithoutGain: 0,
};

export class Trainer {
  readonly #setup: TrainerSetup;
  readonly #plan: TrainingPlan;
  readonly #progress: TrainerProgress;
  readonly #graphs: StepGraphs;
  #references: ReadonlyMap<string, Float32Array>;
  #saved: { readonly step: number; readonly path: string } | null;

  /** @throws EngineError E_CONFIG_INVALID when a resumed run's data differs */
  constructor(setup: TrainerSetup) {
    const { config, data, examples, validation, resume } = setup;
    this.#setup = setup;
    this.#plan = new TrainingPlan(examples, validation, config, data);
    if (resume) checkSameOrder(resume.path, resume.order, this.#plan.order);
    this.#progress = { ...(resume?.progress ?? begin) };
    this.#references = resume?.references ?? new Map();
    this.#saved = resume && { step: resume.progress.step, path: resume.path };
    this.#graphs = stepGraphs(
      this.#subject(),
      this.#plan.shape,
      this.#adamW(),
      config.gradient_accumulation_steps > 1,
    );
  }

  get totalSteps(): number {
    return this.#plan.totalSteps;
  }

  /** What training will need, and what there is. */
  forecastMemory(): MemoryForecast {
    return forecastMemory(this.#setup.model, this.#graphs);
  }

  /** Trains to the end, until the signal, or until the validation loss no longer falls. A signal leaves a checkpoint.
   *  @throws EngineError E_TRAINING_DIVERGED */
  async train(): Promise<TrainingResult> {
    for (const tracker of this.#setup.trackers) await tracker.start(this.#progress.step);
    let outcome: TrainingOutcome = 'failed';
    try {
      const result = await this.#train();
      outcome = result.interrupted ? 'interrupted' : 'finished';
      return result;
    } finally {
      for (const tracker of this.#setup.trackers) await tracker.end(outcome);
    }
  }

  async #log(line: TrainingLogLine): Promise<void> {
    for (const tracker of this.#setup.trackers) await tracker.log(line);
  }

  async #train(): Promise<TrainingResult> {
    const { config, onStatus, signal } = this.#setup;
    const progress = this.#progress;
    const session = await this.#startSession();
    const clock = { start: performance.now(), steps: progress.step, tokens: progress.tokens };
    const seconds = () => (performance.now() - clock.start) / 1000;
    const tokensPerSecond = () => (progress.tokens - clock.tokens) / seconds();
    try {
      await this.#refer(session);
      let steps = this.#plan.stepsOfEpoch(progress.epoch);
      while (progress.step < this.totalSteps && !this.#hasStopped()) {
        if (signal?.aborted) break;
        const batches = this.#plan.batches(steps[progress.stepInEpoch]!);
        const rate = this.#learningRate();
        const { loss, gradNorm } = await session.step({
          batches: batches.map(({ data }) => data),
          scalars: stepScalars(progress.step + 1, rate, this.#adamW()),
          seed: seedFor(config.seed, `dropout of step ${progress.step}`),
        });
        this.#checkFinite(loss, gradNorm, batches);
        this.#advance(loss, batches);
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
          await this.#log({
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
        const isBest = this.#evaluationIsDue(endOfEpoch, last) && (await this.#evaluate(session, epoch));
        if (progress.step % config.save_steps === 0 || (isBest && config.load_best_model_at_end)) {
          await this.#save(session);
          const best = config.load_best_model_at_end ? (progress.best?.step ?? null) : null;
          await pruneCheckpoints(config.output_dir, progress.step, config.save_total_limit, best);
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
      const stoppedEarly = progress.step < this.totalSteps && this.#hasStopped();
      const interrupted = progress.step < this.totalSteps && !stoppedEarly;
      return {
        path: interrupted ? await this.#save(session) : config.output_dir,
        resultStep: interrupted ? progress.step : await this.#writeResult(session),
        kind: this.#setup.model.adapter?.merge === false ? 'adapter' : 'model',
        interrupted,
        stoppedEarly,
        trainLoss: progress.lossSum / Math.max(1, progress.step),
        evalLoss: progress.evalLoss,
        steps: progress.step,
        tokens: progress.tokens,
        seconds: seconds(),
        tokensPerSecond: tokensPerSecond(),
        parameterCount: countParameters(parametersOf(this.#setup.model.content.spec)),
        trainedParameterCount: countParameters(trainedParameters(this.#setup.model)),
      };
    } finally {
      await session.close();
    }
  }

  #subject(): GraphSubject {
    const { model, examples } = this.#setup;
    return {
      spec: model.content.spec,
      lowRank: model.adapter?.lowRank ?? null,
      objective: examples.objective,
    };
  }

  #startSession(): Promise<TrainingSession> {
    const { config, model, resume, threads, device } = this.#setup;
    return TrainingSession.start({
      step: this.#graphs,
      evaluation: lossGraph(this.#subject(), this.#plan.shape),
      state: new Map([...initialState(model, config.seed), ...(resume?.state ?? [])]),
      threads,
      device,
    });
  }

  /** Fills in what the model said before it was trained, which is what pairs are compared with. */
  async #refer(session: TrainingSession): Promise<void> {
    const { examples, validation } = this.#setup;
    this.#references = await referenceTables(
      session,
      { train: examples, validation },
      this.#plan.shape,
      this.#references,
      this.#progress.step > 0,
    );
  }

  async #save(session: TrainingSession): Promise<string> {
    const { config, model } = this.#setup;
    const progress = this.#progress;
    if (this.#saved?.step === progress.step) return this.#saved.path;
    const path = await saveCheckpoint(config.output_dir, {
      model,
      state: await session.readState(storedStateNames(model)),
      progress,
      order: this.#plan.order,
      references: this.#references,
    });
    this.#saved = { step: progress.step, path };
    return path;
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

  #advance(loss: number, batches: readonly Batch[]): void {
    const progress = this.#progress;
    progress.step++;
    progress.stepInEpoch++;
    progress.tokens += batches.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
    progress.lossSum += loss;
    progress.windowLossSum += loss;
    progress.windowSteps++;
  }

  #checkFinite(loss: number, gradNorm: number, batches: readonly Batch[]): void {
    if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return;
    const ids = batches.flatMap((batch) => batch.ids);
    const more = ids.length > 20 ? ` and ${ids.length - 20} more` : '';
    throw this.#diverged(
      `step ${this.#progress.step + 1}: loss ${loss}, gradient norm ${gradNorm}, on examples ` +
        `${ids.slice(0, 20).join(', ')}${more}`,
    );
  }

  #diverged(what: string): EngineError {
    const saved = this.#saved ? `last checkpoint ${this.#saved.path}` : 'no checkpoint was written';
    return new EngineError('E_TRAINING_DIVERGED', `${what}; ${saved}`);
  }

  #evaluationIsDue(endOfEpoch: boolean, last: boolean): boolean {
    const { config, validation } = this.#setup;
    if (validation === null || config.evaluation_strategy === 'no') return false;
    return (
      last ||
      (config.evaluation_strategy === 'epoch' ? endOfEpoch : this.#progress.step % config.eval_steps === 0)
    );
  }

  /** Whether the loss is the lowest so far. */
  async #evaluate(session: TrainingSession, epoch: number): Promise<boolean> {
    const { validation } = this.#setup;
    const progress = this.#progress;
    const evalLoss = await evaluate(session, validation!, this.#plan.shape);
    if (!Number.isFinite(evalLoss))
      throw this.#diverged(`after step ${progress.step}: validation loss ${evalLoss}`);
    progress.evalLoss = evalLoss;
    await this.#log({ step: progress.step, epoch, evalLoss });
    const isBest = progress.best === null || evalLoss < progress.best.evalLoss;
    if (isBest) progress.best = { step: progress.step, evalLoss };
    progress.evaluationsWithoutGain = isBest ? 0 : progress.evaluationsWithoutGain + 1;
    return isBest;
  }

  #hasStopped(): boolean {
    const { early_stopping_patience: patience } = this.#setup.config;
    return patience !== null && this.#progress.evaluationsWithoutGain >= patience;
  }

  /** Writes the result; the step whose weights it has. */
  async #writeResult(session: TrainingSession): Promise<number> {
    const { config, model, storedDtype } = this.#setup;
    const { best, step } = this.#progress;
    const isOlder = config.load_best_model_at_end && best !== null && best.step !== step;
    const weights = await session.readState(resultStateNames(model));
    const older = isOlder ? await readTrained(checkpointPath(config.output_dir, best.step), model) : [];
    await writeResult(config.output_dir, model, new Map([...weights, ...older]), storedDtype);
    return isOlder ? best.step : step;
  }
}
