/** Export of a version to MLflow's model registry, for a team that has one.
 *
 *  MLflow takes no files of a foreign folder as the source of a version: they have to be artifacts of a run. So the
 *  version becomes a run of the experiment `harness` with the model's files (`model/`), the evidence (`evidence/`)
 *  and the metrics of the last promotion, and a version of the registered model that refers to it, with tags for every
 *  digest. `mlflow.artifacts.download_artifacts("models:/name/N")` gives the files: a Hugging Face folder, for
 *  `transformers`, or a GGUF file. They are no pyfunc: there is no Python code that could load them.
 *
 *  What was exported is known again by its digest: a second export makes nothing twice, it brings tags and aliases up
 *  to date. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricsFile } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import { runFiles } from '../runs/run-folder.ts';
import { findContent } from './content.ts';
import { faultOfEvidence } from './evidence.ts';
import { showVersion, type VersionDetails } from './inventory.ts';
import { registryFolders } from './layout.ts';
import { MlflowClient, type MlflowCredentials, type MlflowMetric, type Tags } from './mlflow-client.ts';
import { namesIn } from './model-files.ts';
import { verifiedPath } from './model-object.ts';
import { overrideInWords } from './resolve-reference.ts';

export interface MlflowExport {
  /** name@N, registry:name@N or @alias. */
  readonly reference: string;
  readonly home: string;
  /** Of the tracking server. */
  readonly uri: string;
  /** Where MLflow finds the files; null to upload them. */
  readonly source: string | null;
  readonly credentials: MlflowCredentials;
  readonly onProgress: (line: string) => void;
}

export interface Exported {
  readonly name: string;
  /** In MLflow. */
  readonly version: string;
  /** False where it was there already. */
  readonly created: boolean;
  /** Aliases that point at it in MLflow now, as they do here. */
  readonly aliases: readonly string[];
}

const EXPERIMENT = 'harness';
const OBJECT_TAG = 'modelgate.object';
/** MLflow's limit is 5,000 characters. */
const MOST_TAG = 5000;

/** @throws HarnessError E_MLFLOW, E_REGISTRY for a damaged version, E_REGISTRY_NOT_FOUND, E_USAGE */
export async function exportToMlflow(options: MlflowExport): Promise<Exported> {
  const { home, source, onProgress } = options;
  const client = new MlflowClient(options.uri, options.credentials);
  const details = await showVersion(options.reference, home);
  const { name, version } = details.version;
  const files = await filesOf(details, home);
  const tags = tagsOf(details);

  await client.ensureModel(name, {}, 'Judged and promoted by harness.');
  const present = (await client.versionsOf(name)).find(
    (each) => each.tags[OBJECT_TAG] === details.version.object && each.status === 'READY',
  );
  let number = present?.version;
  if (number === undefined) {
    const experiment = await client.ensureExperiment(EXPERIMENT);
    const run = await client.createRun(experiment, `${name}@${version}`, Date.now(), tags);
    try {
      await client.logMetrics(run.id, await metricsOf(details, home), Date.now());
      for (const { to, from } of filesToSend(files, source, client.takesFiles(run))) {
        onProgress(`uploading ${to}`);
        await client.upload(run, to, from);
      }
      number = await client.createVersion({
        name,
        source: source ?? `${run.artifactUri}/model`,
        run_id: run.id,
        description: details.evidence?.verdict.sentence ?? 'Never promoted.',
        tags,
      });
      await client.endRun(run.id, 'FINISHED');
    } catch (error) {
      // What went wrong is told; that the run could not be marked as well would only hide it.
      await client.endRun(run.id, 'FAILED').catch(() => undefined);
      throw error;
    }
  } else {
    for (const [key, value] of Object.entries(tags)) {
      if (present?.tags[key] !== value) await client.tagVersion(name, number, { key, value });
    }
  }
  for (const alias of details.aliases) await client.setAlias(name, alias, number);
  return { name, version: number, created: present === undefined, aliases: details.aliases };
}

/** Where the model's files are elsewhere, the evidence alone is sent, if the server takes it. */
function filesToSend(
  files: readonly UploadedFile[],
  source: string | null,
  takesFiles: boolean,
): readonly UploadedFile[] {
  if (source === null) return files;
  return takesFiles ? files.filter(({ to }) => to.startsWith('evidence/')) : [];
}

interface UploadedFile {
  readonly to: string;
  readonly from: string;
}

/** The files of model and evidence, after both were found as they were. */
async function filesOf({ version, files, moves }: VersionDetails, home: string): Promise<UploadedFile[]> {
  const folders = registryFolders(home);
  await verifiedPath(version.object, folders);
  const object = await findContent({ kind: 'objects', digest: version.object }, folders);
  const model = files.map(({ name }) => ({ to: `model/${name}`, from: join(object, 'files', name) }));
  const promotion = moves.findLast(({ kind }) => kind === 'promote');
  if (!promotion) return model;
  const fault = await faultOfEvidence(promotion, folders);
  if (fault !== null) throw new HarnessError('E_REGISTRY', `The evidence is damaged: ${fault}`);
  const evidence = await findContent({ kind: 'evidence', digest: promotion.evidence }, folders);
  const names = await namesIn(evidence);
  return [...model, ...names.map((name) => ({ to: `evidence/${name}`, from: join(evidence, name) }))];
}

function tagsOf({ version, moves, evidence }: VersionDetails): Tags {
  const promotion = moves.findLast(({ kind }) => kind === 'promote');
  const digests = Object.entries(version.digests).map(([part, digest]) => [part, String(digest ?? 'none')]);
  const promoted =
    promotion === undefined || evidence === null
      ? []
      : [
          ['evidence', promotion.evidence],
          ['run', evidence.runId],
          ['verdict', evidence.verdict.outcome],
          ['gates', evidence.verdict.gatesDigest],
          ['dtype', promotion.dtype],
          ['promotedAt', promotion.at],
          ['promotedBy', promotion.by],
          ...(promotion.reason === null ? [] : [['reason', promotion.reason]]),
          ...(promotion.override === undefined ? [] : [['override', overrideInWords(promotion.override)]]),
        ];
  const rows = [
    ['object', version.object],
    ['version', `${version.name}@${version.version}`],
    ...digests,
    ...promoted,
  ];
  return Object.fromEntries(rows.map(([key, value]) => [`modelgate.${key}`, value!.slice(0, MOST_TAG)]));
}

/** Value and interval of each metric of the promotion's run. */
async function metricsOf({ moves }: VersionDetails, home: string): Promise<MlflowMetric[]> {
  const promotion = moves.findLast(({ kind }) => kind === 'promote');
  if (!promotion) return [];
  const folders = registryFolders(home);
  const folder = await findContent({ kind: 'evidence', digest: promotion.evidence }, folders);
  const { metrics } = JSON.parse(await readFile(join(folder, runFiles.metrics), 'utf8')) as MetricsFile;
  return metrics.flatMap((row) => {
    const key = `${row.suite}/${row.task}.${row.metric}`;
    const values = { [key]: row.value, [`${key}.low`]: row.low, [`${key}.high`]: row.high };
    return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [{ key: name, value }]));
  });
}
