/** policy.yaml: what a promotion needs besides a passing run of the very model, by alias.
 *
 *      version: 1
 *      aliases:
 *        production:
 *          requiredSuites: [quality, performance]
 *          requiredGates: [quality/facts.exactMatch]
 *          maxAgeDays: 7
 *          mayOverride: [ada]
 *        "*": {}
 *
 *  Knows the format; knows nothing of runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap } from 'yaml';
import { HarnessError } from '../errors.ts';
import { MapReader, readRoot, show, YamlFaults } from '../gates/yaml-reader.ts';
import { isUsableName } from './layout.ts';
import { noPolicy, readAliasPolicy, type AliasPolicy } from './policy-keys.ts';

export interface Policy {
  readonly text: string;
  readonly aliases: ReadonlyMap<string, AliasPolicy>;
}

const EVERY_OTHER = '*';

/** @throws HarnessError E_POLICY_INVALID with every fault and its line */
export function parsePolicy(text: string, file: string): Policy {
  const faults = new YamlFaults(file, 'E_POLICY_INVALID', 'The policy file');
  const root = readRoot(text, faults, 'it starts with `version: 1` and has `aliases:`');
  root.refuseUnknownKeys(['version', 'aliases']);
  const version = root.scalar('version');
  if (version !== 1) root.fault('version', `version is ${show(version)}, expected 1`);
  const aliases = new Map<string, AliasPolicy>();
  const node = root.node('aliases');
  if (!isMap(node) || node.items.length === 0) {
    root.fault('aliases', '`aliases:` names no alias, and without one nothing is ruled');
  } else {
    const map = new MapReader(node, node.range?.[0] ?? 0, faults);
    for (const { key, map: rules } of map.maps('rules such as {maxAgeDays: 7}')) {
      if (key !== EVERY_OTHER && !isUsableName(key)) {
        map.fault(key, `${show(key)} is no alias; write its name without the @, or "*" for every other`);
      }
      aliases.set(key, readAliasPolicy(rules));
    }
  }
  faults.throwIfAny();
  return { text, aliases };
}

/** Null where the policy does not speak of the alias. */
function rulesFor(alias: string, { aliases }: Policy): AliasPolicy | null {
  return aliases.get(alias) ?? aliases.get(EVERY_OTHER) ?? null;
}

export interface RulesInForce {
  /** All of them have to hold. */
  readonly rules: readonly AliasPolicy[];
  /** Texts, by the name under which the evidence keeps them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The registry's own policy, or what holds where it is silent, and the one that is given: a given one adds rules and
 *  takes none away.
 *  @param home folder of the registry
 *  @throws HarnessError E_POLICY_INVALID, E_FILE_NOT_FOUND */
export async function rulesInForce(alias: string, home: string, given: string | null): Promise<RulesInForce> {
  const own = join(home, 'registry', 'policy.yaml');
  const ownText = await readFile(own, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const givenText = given === null ? null : await readGiven(given);
  const texts = new Map<string, string>();
  if (ownText !== null) texts.set('policy.yaml', ownText);
  if (givenText !== null) texts.set('given-policy.yaml', givenText);
  const ownRules = ownText === null ? null : rulesFor(alias, parsePolicy(ownText, own));
  const givenRules = givenText === null ? null : rulesFor(alias, parsePolicy(givenText, given!));
  return { rules: [ownRules ?? noPolicy, ...(givenRules === null ? [] : [givenRules])], texts };
}

async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `The policy file ${file} cannot be read`, { cause });
  }
}
