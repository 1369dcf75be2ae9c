/** ConfigManager: one YAML file and the environment become typed sections, or one error that lists every fault.
 *  Walks the table of keys; knows no key by name but those of the rules that span several. */
import { readFileSync } from 'node:fs';
import { EngineError } from '../errors.ts';
import { type ConfigFault, ConfigFaultsError, shown } from './config-faults.ts';
import type { GroupKey, ValueKey } from './config-keys.ts';
import { configTable } from './config-table.ts';
import type {
  Config,
  DataConfig,
  LoraConfig,
  ModelConfig,
  ServingConfig,
  TrainingConfig,
} from './config-types.ts';
import { type Environment, nearMisses, variableOf, variablesOf } from './environment.ts';
import { rulesOf } from './key-kinds.ts';
import { nearestName } from './nearest-name.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

type Values = Record<string, unknown>;

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Dotted path of a key of this name anywhere in the table, for a key written into the wrong section. */
function pathOfKey(name: string, group: GroupKey, path: readonly string[] = []): string | null {
  for (const [own, key] of Object.entries(group.keys)) {
    if (own === name) return [...path, own].join('.');
    const inner = key.kind === 'group' ? pathOfKey(name, key, [...path, own]) : null;
    if (inner !== null) return inner;
  }
  return null;
}

class Reader {
  readonly faults: ConfigFault[] = [];
  readonly #source: YamlSource;
  readonly #env: Environment;

  constructor(source: YamlSource, env: Environment) {
    this.#source = source;
    this.#env = env;
  }

  fault(path: readonly string[], message: string): void {
    const name = path.join('.');
    this.faults.push({ path: name, line: this.#source.lineOf(path), message: `${name} ${message}` });
  }

  /** Values of all keys of the group; null for an optional group of which nothing is given. */
  group(group: GroupKey, path: readonly string[], given: unknown): Values | null {
    if (given !== undefined && given !== null && !isRecord(given)) {
      const where =
        path.length === 0 ? { name: 'the file', path: '' } : { name: path.join('.'), path: path.join('.') };
      this.faults.push({
        path: where.path,
        line: this.#source.lineOf(path),
        message: `${where.name} is ${shown(given)}. Expected a section with keys ${Object.keys(group.keys).join(', ')}.`,
      });
      return null;
    }
    const overridden = variablesOf(group.keys, path).some((variable) => this.#env[variable] !== undefined);
    if (group.optional && !isRecord(given) && !overridden) return null;
    const values = isRecord(given) ? given : {};
    for (const name of Object.keys(values)) {
      if (!Object.hasOwn(group.keys, name)) this.#unknown(group, [...path, name]);
    }
    return Object.fromEntries(
      Object.entries(group.keys).map(([name, key]) => {
        const own = Object.hasOwn(values, name) ? values[name] : undefined;
        return [
          name,
          key.kind === 'group'
            ? this.group(key, [...path, name], own)
            : this.#value(key, [...path, name], own),
        ];
      }),
    );
  }

  #value(key: ValueKey, path: readonly string[], given: unknown): unknown {
    const rules = rulesOf(key);
    const expected = `Expected ${rules.expected(key)}.`;
    const variable = variableOf(path);
    const text = this.#env[variable];
    if (text !== undefined) {
      // An empty variable is a fault: a secret that failed to arrive must not turn authentication off.
      const value = rules.parse(text);
      if (rules.accepts(key, value)) return value;
      const what = key.secret === true ? 'not usable' : shown(text);
      const message = `environment variable ${variable} is ${what}. ${expected}`;
      this.faults.push({ path: variable, line: null, message });
    } else if (given === undefined) {
      if (key.default !== undefined) return structuredClone(key.default);
      this.fault(path, `is missing. ${expected}`);
    } else if (given === null) {
      if (key.default === null) return null;
      this.fault(path, `is empty. ${expected}`);
    } else {
      if (rules.accepts(key, given)) return given;
      const quotes = key.kind === 'text' && typeof given === 'number' ? ' Put it in quotes.' : '';
      this.fault(path, `is ${key.secret === true ? 'not usable' : shown(given)}. ${expected}${quotes}`);
    }
    return null;
  }

  #unknown(group: GroupKey, path: readonly string[]): void {
    const name = path.at(-1)!;
    const near = nearestName(name, Object.keys(group.keys));
    const meant = near === null ? pathOfKey(name, configTable) : [...path.slice(0, -1), near].join('.');
    const help =
      meant === null ? `Expected one of ${Object.keys(group.keys).join(', ')}.` : `Did you mean ${meant}?`;
    this.fault(path, `is not a known key. ${help}`);
  }
}

/** Rules that span several keys. */
function checkTogether(config: Config, reader: Reader): void {
  if (config.serving.enable_auth === true && config.serving.api_key === null) {
    reader.fault(
      ['serving', 'enable_auth'],
      'is true, but there is no key. Set SERVING_API_KEY or serving.api_key.',
    );
  }
  const init = config.model.init;
  if (init === null) return;
  const heads = init.num_attention_heads;
  const keyValueHeads = init.num_key_value_heads ?? heads;
  if (init.hidden_size % (2 * heads) !== 0) {
    reader.fault(
      ['model', 'init', 'hidden_size'],
      `is ${init.hidden_size}. Expected an even multiple of num_attention_heads, which is ${heads}.`,
    );
  }
  if (heads % keyValueHeads !== 0) {
    reader.fault(
      ['model', 'init', 'num_attention_heads'],
      `is ${heads}. Expected a multiple of num_key_value_heads, which is ${keyValueHeads}.`,
    );
  }
}

function noticesOf(config: Config): string[] {
  const notices: string[] = [];
  if (config.serving.backend === 'pytorch') {
    notices.push('serving.backend: pytorch is accepted; the model is served by ONNX Runtime.');
  }
  if (config.serving.enable_auth === false && config.serving.api_key !== null) {
    notices.push('serving.enable_auth is false: the key is not asked for.');
  }
  return notices;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const what = code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file' : `cannot be read (${code})`;
    throw new EngineError('E_CONFIG_NOT_FOUND', `${path}: ${what}.`, { cause });
  }
}

/** A loaded configuration. Sections may be changed afterwards; nothing is read or checked again. */
export class ConfigManager implements Config {
  /** null where the values were given themselves. */
  readonly path: string | null;
  /** Notices and near misses, a line each; for the person, not faults. */
  readonly warnings: readonly string[];
  model: ModelConfig;
  training: TrainingConfig;
  data: DataConfig;
  serving: ServingConfig;
  lora: LoraConfig | null;

  /** @param given path of a YAML file, or what such a file would hold
   *  @throws EngineError E_CONFIG_NOT_FOUND; ConfigFaultsError (E_CONFIG_INVALID) with all faults */
  constructor(given: string | object, { env = process.env }: { readonly env?: Environment } = {}) {
    const path = typeof given === 'string' ? given : null;
    const title = path ?? 'The configuration';
    const source: YamlSource =
      typeof given === 'string'
        ? readYaml(readText(given))
        : { value: structuredClone(given), faults: [], lineOf: () => null };
    if (source.faults.length > 0) throw new ConfigFaultsError(title, source.faults);

    const reader = new Reader(source, env);
    // The table gives both the values and the type of the sections; only a faultless tree is used as one.
    const config = reader.group(configTable, [], source.value) as unknown as Config;
    if (reader.faults.length === 0) checkTogether(config, reader);
    if (reader.faults.length > 0) {
      throw new ConfigFaultsError(
        title,
        reader.faults.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity)),
      );
    }

    this.path = path;
    this.warnings = [...noticesOf(config), ...nearMisses(env, variablesOf(configTable.keys))];
    this.model = config.model;
    this.training = config.training;
    this.data = config.data;
    this.serving = config.serving;
    this.lora = config.lora;
  }
}
