/** Every error the harness raises: one row a code, with its exit code and remedy.
 *  Codes of the engine have a table of their own; a command prints both alike. */

/** 1 a gate failed · 2 usage or configuration · 3 could not evaluate · 130 interrupted. */
export type ErrorExit = 1 | 2 | 3 | 130;

interface ErrorRow {
  readonly exit: ErrorExit;
  readonly remedy: string;
}

export const harnessErrors = {
  // usage
  E_USAGE: { exit: 2, remedy: 'See harness --help.' },
  E_INPUT_INVALID: { exit: 2, remedy: 'Mend the input named above.' },
  E_FILE_NOT_FOUND: { exit: 2, remedy: 'Check the path.' },
  E_TASK_INVALID: { exit: 2, remedy: 'Mend the task named above.' },
  E_DATA_INVALID: { exit: 2, remedy: 'Mend the lines named above.' },
  E_DOWNLOAD: { exit: 3, remedy: 'Check the network, or give a copy of the files with --from.' },
  E_CONTAMINATED: { exit: 2, remedy: 'Take the samples out of the training data.' },
  E_LICENCE: { exit: 2, remedy: 'Read the licence, then add --accept-licence.' },
  // gates
  E_GATES_INVALID: { exit: 2, remedy: 'Mend the gates file; all faults are listed at once.' },
  E_POLICY_INVALID: { exit: 2, remedy: 'Mend the policy file; all faults are listed at once.' },
  // runs
  E_RUN_INVALID: { exit: 2, remedy: 'Give a folder written by harness run.' },
  E_RUN_EXISTS: { exit: 2, remedy: 'Give another --out, or go on with --resume.' },
  E_RUNNER_FAILED: {
    exit: 3,
    remedy: 'The lines above come from the test runner; the verdict says what is missing.',
  },
  E_DATASET_EMPTY: { exit: 3, remedy: 'Give a dataset with at least one sample.' },
  // models
  E_MODEL_REFERENCE: {
    exit: 2,
    remedy:
      'Use tiny-chat, a path, hf:owner/name, registry:name@version, @alias, scripted:FILE or http://host/v1#model.',
  },
  E_ENDPOINT: { exit: 3, remedy: 'Check that the endpoint is up and the key in HARNESS_API_KEY is right.' },
  E_HUB: {
    exit: 3,
    remedy: 'Check HF_ENDPOINT and the network, or set HF_HUB_OFFLINE=1 to use the cache alone.',
  },
  E_TIMEOUT: { exit: 3, remedy: 'Check the load of the endpoint; it did not answer in time.' },
  // judge
  E_JUDGE_UNPARSEABLE: {
    exit: 3,
    remedy: 'Read the reply; use a stronger judge, a plainer rubric, or more judge.maxTokens.',
  },
  E_JUDGE_FAILED: { exit: 3, remedy: 'Check that the judge model answers: harness generate.' },
  E_JUDGE_INPUT: { exit: 3, remedy: 'Judge shorter texts; a part of a text is another text.' },
  // registry
  E_REGISTRY: { exit: 3, remedy: 'Run harness models verify.' },
  E_REGISTRY_NOT_FOUND: { exit: 3, remedy: 'List what is there with harness models.' },
  E_PROMOTION_REFUSED: {
    exit: 1,
    remedy: 'Run the whole evaluation on exactly these weights, then promote with --run.',
  },
  E_MLFLOW: { exit: 3, remedy: 'Check that --mlflow is the URI of a tracking server that is up.' },
  E_INTERRUPTED: { exit: 130, remedy: 'Go on with --resume.' },
} as const satisfies Record<string, ErrorRow>;

export type HarnessErrorCode = keyof typeof harnessErrors;

/** An error with a code, what happened with the values, and a remedy. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: HarnessErrorCode;
  readonly exit: ErrorExit;
  readonly remedy: string;

  constructor(code: HarnessErrorCode, what: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exit = harnessErrors[code].exit;
    this.remedy = options.remedy ?? harnessErrors[code].remedy;
  }
}
