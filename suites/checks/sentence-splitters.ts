/** Sentence splitters on the hand-made texts of fixtures/sentences: ours, wink-nlp's, textstat's rule (which counts only).
 *
 *      npm run check:sentences
 *
 *  A split is right when all sentences are, white space aside. Prints the table of harness/metrics/SENTENCES.md. */
import { readFileSync } from 'node:fs';
import model from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import { splitSentences } from '../../harness/metrics/sentence-splitter.ts';
import { textStatistics } from '../../harness/metrics/text-statistics.ts';

interface Case {
  readonly part: 'tuned' | 'heldOut';
  readonly text: string;
  readonly sentences: readonly string[];
}

const cases = readFileSync('fixtures/sentences/sentences.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);
const wink = winkNLP(model, ['sbd']);
const bare = (sentences: readonly string[]) => sentences.map((each) => each.replaceAll(/\s/g, '')).join('\n');

const splitters: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'sentence-splitter.ts': splitSentences,
  'wink-nlp 2.4.0': (text) => wink.readDoc(text).sentences().out(),
};

const share = (own: readonly Case[], isRight: (each: Case) => boolean) =>
  `${own.filter(isRight).length} of ${own.length}`;

function row(name: string, cell: (own: readonly Case[]) => readonly string[]): void {
  const parts = (['tuned', 'heldOut'] as const).map((part) => cases.filter((each) => each.part === part));
  process.stdout.write(`| ${[name, ...parts.flatMap(cell)].join(' | ')} |\n`);
}

process.stdout.write('| | tuned on: split right | count right | held out: split right | count right |\n');
process.stdout.write('| --- | ---: | ---: | ---: | ---: |\n');
for (const [name, split] of Object.entries(splitters)) {
  row(name, (own) => [
    share(own, ({ text, sentences }) => bare(split(text)) === bare(sentences)),
    share(own, ({ text, sentences }) => split(text).length === sentences.length),
  ]);
}
row("textstat 0.7.11's rule", (own) => [
  '–',
  share(own, ({ text, sentences }) => textStatistics(text).sentences === sentences.length),
]);
