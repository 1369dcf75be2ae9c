/** Recipe: how a standard evaluation set is had and read: source, licence, files with their digests, what becomes of a
 *  row, and the tasks that score it as published. The set itself is never a part of the project.
 *  Knows one set at a time; knows nothing of downloads. */
import type { Row } from '../data/rows.ts';
import type { Dataset, Sample, Task } from '../tasks/task.ts';

/** Where the files of a set lie. A revision is a commit, or a branch where no commit could be looked up. */
export type Source =
  | { readonly host: 'github'; readonly repository: string; readonly revision: string }
  | { readonly host: 'huggingface'; readonly dataset: string; readonly revision: string };

/** `sha256:` of a file that was held; `git:`, where it was not, the name that the repository's tree at that revision
 *  gives its content (SHA-1 of git's blob). */
export type FileDigest = `sha256:${string}` | `git:${string}`;

export interface RecipeFile {
  /** Within the source. */
  readonly path: string;
  /** Null: unverified until first fetched. */
  readonly digest: FileDigest | null;
  /** Of few-shot examples: not needed where none are asked for. */
  readonly onlyForFewShot?: true;
}

/** The files of a set, by their paths within the source. */
export interface SetFiles {
  rows(path: string): Promise<readonly Row[]>;
  text(path: string): Promise<string>;
  /** For messages about a file: where it lies here. */
  location(path: string): string;
}

export interface ConvertOptions {
  /** Worked examples before each question. */
  readonly fewShot: number;
}

/** A set that was fetched. */
export interface FetchedSet {
  readonly name: string;
  readonly fewShot: number;
  /** Part of every signature: `set:gsm8k@3101c7d5|data:1a2b3c4d5e6f|few-shot:5`. */
  readonly signature: string;
  readonly dataset: () => Promise<Dataset>;
}

export interface Recipe {
  /** As in `harness data fetch NAME`. */
  readonly name: string;
  readonly title: string;
  /** Authors, year, arXiv number. */
  readonly paper: string;
  readonly licence: string;
  readonly source: Source;
  readonly files: readonly RecipeFile[];
  /** What is scored and how, against the published way, in one or two sentences. */
  readonly scoring: string;
  /** Null: the set knows no few-shot examples. */
  readonly defaultFewShot: number | null;
  /** @throws HarnessError E_DATA_INVALID with every faulty line */
  readonly convert: (files: SetFiles, options: ConvertOptions) => Promise<readonly Sample[]>;
  readonly tasks: (set: FetchedSet) => readonly Task[];
}

export function sourceUrl(source: Source): string {
  return source.host === 'github'
    ? `https://github.com/${source.repository}/tree/${source.revision}`
    : `https://huggingface.co/datasets/${source.dataset}/tree/${source.revision}`;
}
