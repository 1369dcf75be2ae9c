/** Every error the engine raises: one row a code, with its exit code and remedy.
 *  Knows nothing of commands or HTTP; those read `exit` and `code` from the error. */

/** Exit codes of the contract that an error can carry: 2 usage or configuration, 3 could not evaluate. */
export type ErrorExit = 2 | 3;

interface ErrorRow {
  readonly exit: ErrorExit;
  /** What the reader can do about it; the message says what happened and with which values. */
  readonly remedy: string;
}

export const engineErrors = {
  // configuration
  E_CONFIG_NOT_FOUND: { exit: 2, remedy: 'Check the path given to --config.' },
  E_CONFIG_INVALID: { exit: 2, remedy: 'Mend the fields named above; all faults are listed at once.' },
  // models and checkpoints
  E_MODEL_NOT_FOUND: {
    exit: 3,
    remedy: 'Give a folder with config.json, a .gguf file, or a name such as tiny-chat.',
  },
  E_MODEL_UNSUPPORTED: { exit: 3, remedy: 'Use a decoder of a supported architecture.' },
  E_CHECKPOINT_INVALID: {
    exit: 3,
    remedy: 'The file is damaged or not what its name says; copy it again and compare its digest.',
  },
  E_TOKENIZER_INVALID: {
    exit: 3,
    remedy: 'Put the tokenizer.json that belongs to the weights beside them.',
  },
  E_CHAT_TEMPLATE_INVALID: {
    exit: 3,
    remedy: 'Mend chat_template in tokenizer_config.json, or use raw prompts.',
  },
  E_DEVICE_UNAVAILABLE: { exit: 3, remedy: 'Use --device cpu.' },
  // shapes and graphs
  E_SHAPE_MISMATCH: {
    exit: 3,
    remedy: 'Is a weight transposed, or does config.json disagree with the weights?',
  },
  // generation
  E_PROMPT_EMPTY: { exit: 2, remedy: 'Give a prompt with at least one character.' },
  E_PROMPT_TOO_LONG: { exit: 2, remedy: 'Shorten the prompt or lower max_tokens.' },
  E_REQUEST_INVALID: { exit: 2, remedy: 'Correct the parameter named above.' },
  E_ABORTED: { exit: 3, remedy: 'The caller gave the request up.' },
  E_MODEL_CLOSED: { exit: 3, remedy: 'Load the model again before using it.' },
  E_WORKER_DIED: { exit: 3, remedy: 'The inference worker ended; look for an out-of-memory kill.' },
  // serving
  E_PORT_UNAVAILABLE: { exit: 3, remedy: 'Give another --host or --port; 0 takes a free port.' },
  // training
  E_TRAINING_METHOD: { exit: 2, remedy: 'Use one of the methods listed.' },
  E_TRAINING_DATA: { exit: 2, remedy: 'Mend the line named above.' },
  E_TRAINING_DIVERGED: { exit: 3, remedy: 'Lower the learning rate and resume from the last checkpoint.' },
} as const satisfies Record<string, ErrorRow>;

export type EngineErrorCode = keyof typeof engineErrors;

/** An error with a code, what happened with the values, and a remedy. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly exit: ErrorExit;
  readonly remedy: string;

  constructor(code: EngineErrorCode, what: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exit = engineErrors[code].exit;
    this.remedy = options.remedy ?? engineErrors[code].remedy;
  }
}
