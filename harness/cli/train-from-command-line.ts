/** Runs `harness train` for a person or a machine: shows progress, prints the result and the next command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  ConfigManager,
  TensorBoardTracker,
  TrainingOrchestrator,
  type TrainingResult,
  type TrainingTracker,
} from '../../engine/index.ts';
import { TRAINING_DATA, writeTrainingData } from '../registry/training-data.ts';
import { asJsonLines } from './training-lines.ts';
import { mlflowCredentials, MlflowTracker } from '../registry/index.ts';
import { shellWord } from '../../reports/shell-command.ts';
import type { TrainArguments } from './commands/train.ts';
import { onInterruption } from './interruption.ts';
import { clock } from './progress-bar.ts';
import { checkTrainingData } from './overlap-from-command-line.ts';
import { startTrainProgress } from './train-progress.ts';
import { wholeNumber } from './whole-number.ts';

const INTERRUPTED = 130;

export async function trainFromCommandLine(argv: TrainArguments): Promise<void> {
  const { threads } = argv;
  if (threads !== undefined) wholeNumber('threads', threads, 1);
  const config = new ConfigManager(argv.config);
  if (argv.device !== undefined) config.model.device = argv.device as ConfigManager['model']['device'];
  const progress = startTrainProgress(process.stderr);
  for (const warning of config.warnings) progress.notice(warning);
  const interruption = new AbortController();
  const stopListening = onInterruption(() => {
    progress.notice('interrupted: writing a checkpoint after this step; once more ends at once');
    interruption.abort();
  });
  try {
    const { train_file: trainFile, validation_file: validationFile } = config.data;
    if (trainFile !== null && existsSync(trainFile)) {
      await checkTrainingData([trainFile], argv.onOverlap, progress.notice);
    }
    const copies = join(config.training.output_dir, 'data');
    const copyOf = async (file: string | null, name: string) =>
      file !== null && existsSync(file) ? await asJsonLines(file, copies, name) : file;
    config.data = {
      ...config.data,
      train_file: await copyOf(trainFile, 'train'),
      validation_file: await copyOf(validationFile, 'validation'),
    };
    const orchestrator = new TrainingOrchestrator(config, {
      signal: interruption.signal,
      onStatus: progress.update,
      onNotice: progress.notice,
      trackers: trackersOf(argv, config, progress.notice),
      ...(argv.resume === undefined ? {} : { resumeFrom: argv.resume }),
      ...(threads === undefined ? {} : { threads }),
    });
    progress.notice(`reading ${trainFile ?? 'no data'}`);
    const trainer = await orchestrator.prepareTraining();
    progress.notice(`training for ${trainer.totalSteps.toLocaleString('en')} steps`);
    const result = await orchestrator.executeTraining(trainer);
    if (trainFile !== null) await writeTrainingData(result.path, [trainFile]);
    progress.stop();
    const base = config.lora && !config.lora.merge ? config.model.name : null;
    process.stdout.write(argv.json ? `${JSON.stringify(result)}\n` : summary(result, argv.config, base));
    if (result.interrupted) process.exitCode = INTERRUPTED;
  } finally {
    progress.stop();
    stopListening();
  }
}

function trackersOf(
  { tensorboard, mlflow }: TrainArguments,
  { model, training, data, lora }: ConfigManager,
  onNotice: (text: string) => void,
): TrainingTracker[] {
  return [
    ...(tensorboard ? [new TensorBoardTracker(training.output_dir)] : []),
    ...(mlflow === undefined
      ? []
      : [
          new MlflowTracker({
            uri: mlflow,
            credentials: mlflowCredentials(process.env),
            experiment: 'harness train',
            run: training.output_dir,
            parameters: { model, training, data, ...(lora && { lora }) },
            onNotice,
          }),
        ]),
  ];
}

/** @param base the model that an adapter adapts; null where the result is a model */
function summary(result: TrainingResult, configFile: string, base: string | null): string {
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const path = shellWord(result.path);
  const file = (name: string) => shellWord(join(result.path, name));
  const next = result.interrupted
    ? `npx harness train --config ${shellWord(configFile)} --resume ${path}`
    : base === null
      ? `npx harness run --model ${path}`
      : [
          `mkdir -p ${shellWord(join(base, 'adapter'))}`,
          `cp ${file('adapter_config.json')} ${file('adapter_model.safetensors')} ${file(TRAINING_DATA)} ${shellWord(join(base, 'adapter'))}`,
          `npx harness run --model ${shellWord(base)}`,
        ].join(' && ');
  const { parameterCount, trainedParameterCount } = result;
  const trained =
    trainedParameterCount === parameterCount
      ? []
      : [['trained', `${count(trainedParameterCount)} in the adapter`] as const];
  const weights =
    result.resultStep === result.steps ? [] : [['best step', count(result.resultStep)] as const];
  const rows = [
    ['parameters', count(parameterCount)],
    ...trained,
    ['steps', count(result.steps)],
    ['tokens', count(result.tokens)],
    ['train loss', `${result.trainLoss.toFixed(4)} (mean over all steps)`],
    ...(result.evalLoss === null ? [] : [['eval loss', result.evalLoss.toFixed(4)]]),
    ...weights,
    ['time', `${clock(result.seconds * 1000)}, ${count(result.tokensPerSecond)} tokens/s`],
    [result.interrupted ? 'checkpoint' : result.kind, result.path],
  ] as const;
  const lines = rows.map(([name, value]) => `${name.padEnd(12)}${value}`);
  const outcome = result.stoppedEarly ? 'stopped early: the validation loss no longer fell' : 'trained';
  return `${result.interrupted ? 'interrupted' : outcome}\n${lines.join('\n')}\n\nNext: ${next}\n`;
}
