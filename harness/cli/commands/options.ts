/** Options that several commands share: one wording, one type, one default. */

export const modelOption = {
  describe:
    'Model reference: tiny-chat, a folder, a .gguf file, hf:owner/name, registry:name@version, @alias, scripted:FILE or http://host/v1#model',
  type: 'string',
  requiresArg: true,
} as const;

export const deviceOption = {
  describe: 'auto, cpu, webgpu or cuda [default: auto]',
  type: 'string',
  requiresArg: true,
} as const;

export const dtypeOption = {
  describe: 'float32, float16, int8 or int4 [default: float32]',
  type: 'string',
  requiresArg: true,
} as const;

export const gatesOption = {
  describe: 'Gates file [default: ./gates.yaml, else the bundled one]',
  type: 'string',
  requiresArg: true,
} as const;

export const datasetsOption = {
  describe: 'Folder of datasets [default: the bundled ones]',
  type: 'string',
  requiresArg: true,
} as const;

export const limitOption = {
  describe: 'Samples a task at most [default: all]',
  type: 'number',
  requiresArg: true,
} as const;

export const repeatsOption = {
  describe: 'Times each sample is asked',
  type: 'number',
  requiresArg: true,
} as const;

export const reasonOption = { describe: 'Why, for the history', type: 'string', requiresArg: true } as const;

/** @param printed what stands on standard output in place of text */
export function jsonOption(printed: string) {
  return { describe: `Print ${printed} as JSON`, type: 'boolean', default: false } as const;
}

/** @param what the seed decides */
export function seedOption(what: string) {
  return {
    describe: `Seed of ${what}`,
    type: 'number',
    default: 0,
    requiresArg: true,
  } as const;
}

/** @param what is in flight */
export function concurrencyOption(what: 'Prompts' | 'Samples') {
  return {
    describe: `${what} in flight at once`,
    type: 'number',
    default: 8,
    requiresArg: true,
  } as const;
}
