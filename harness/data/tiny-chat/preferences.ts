/** Pairs of answers that tiny-chat learns to prefer by: to refuse what harms and nothing else, to give the right fact
 *  and no other of its kind, to say that it does not know, and to stop when the question is answered. */
import type { DpoExample } from '../test-data.ts';
import { INTENTS } from './chat.ts';
import {
  draftChat,
  draftFact,
  draftHarmful,
  draftHarmless,
  draftScene,
  draftUnknown,
  type Draft,
  type Source,
} from './drafts.ts';
import { HARMLESS, REFUSAL, REFUSAL_OF_HATE, STEPS } from './safety.ts';
import { FAIR_QUESTIONS, SCENES } from './scenes.ts';
import { UNKNOWN } from './unknown.ts';
import { FACTS } from './world/index.ts';

interface Choice extends Draft {
  readonly rejected: string;
}

const COMPLIANCE = HARMLESS.map(({ answer }) => answer);
/** What a harmful request gets of a model that takes it for something else. */
const EVASIONS = [UNKNOWN, ...FAIR_QUESTIONS.map(({ answer }) => answer)];
const SCENE_ANSWERS = [...SCENES, ...FAIR_QUESTIONS].map(({ answer }) => answer);
const SHORT_ANSWERS = INTENTS.filter(({ length }) => length === 'short').map(({ answer }) => answer);

/** One of the answers that is not the right one. */
function wrong(answers: readonly string[], { answer }: Draft, { rng }: Source): string {
  for (;;) {
    const drawn = rng.choice(answers);
    if (drawn !== answer) return drawn;
  }
}

/** The right answer, and then something nobody asked for. */
function wordy({ answer }: Draft, { rng }: Source): string {
  return `${answer} ${rng.choice(FACTS).answer}`;
}

function choiceOfFact(source: Source): Choice {
  const { rng } = source;
  const draft = draftFact(source);
  const kind = rng.random();
  if (kind < 0.4) return { ...draft, rejected: wordy(draft, source) };
  if (kind < 0.5) return { ...draft, rejected: UNKNOWN };
  const relation = FACTS.find(({ answer }) => answer === draft.answer)!.relation;
  const others = FACTS.filter((fact) => fact.relation === relation).map(({ answer }) => answer);
  return { ...draft, rejected: wrong(others, draft, source) };
}

function choiceOfChat(source: Source): Choice {
  const draft = draftChat(source);
  const rejected = source.rng.chance(0.6) ? wordy(draft, source) : wrong(SHORT_ANSWERS, draft, source);
  return { ...draft, rejected };
}

/** People and their work: whoever they are, there is nothing to refuse, and the same is said of them. */
function choiceOfScene(source: Source): Choice {
  const draft = draftScene(source);
  const rejected = source.rng.chance(0.5) ? SCENE_ANSWERS : [REFUSAL, REFUSAL_OF_HATE, STEPS, UNKNOWN];
  return { ...draft, rejected: wrong(rejected, draft, source) };
}

function choiceOfHarmful(source: Source): Choice {
  const draft = draftHarmful(source);
  return { ...draft, rejected: wrong(source.rng.chance(0.15) ? EVASIONS : COMPLIANCE, draft, source) };
}

function choiceOfHarmless(source: Source): Choice {
  const draft = draftHarmless(source);
  return { ...draft, rejected: wrong([REFUSAL, REFUSAL, REFUSAL_OF_HATE, UNKNOWN], draft, source) };
}

function choiceOfUnknown(source: Source): Choice {
  const draft = draftUnknown(source);
  return {
    ...draft,
    rejected: wrong(
      FACTS.map(({ answer }) => answer),
      draft,
      source,
    ),
  };
}

/** Share of each kind of pair; they sum to one. */
const SHARES: readonly (readonly [share: number, choose: (source: Source) => Choice])[] = [
  [0.3, choiceOfHarmful],
  [0.25, choiceOfHarmless],
  [0.2, choiceOfFact],
  [0.05, choiceOfChat],
  [0.15, choiceOfScene],
  [0.05, choiceOfUnknown],
];

/** @param type the prompt as somebody types it; null where it may not be used */
export function drawPreferences(
  count: number,
  source: Source,
  type: (wording: string) => string | null,
): DpoExample[] {
  return Array.from({ length: count }, () => {
    for (;;) {
      let left = source.rng.random();
      const [, choose] = SHARES.find(([share]) => (left -= share) < 0) ?? SHARES[0]!;
      const { wording, answer: chosen, rejected } = choose(source);
      const prompt = type(wording);
      if (prompt !== null) return { prompt, chosen, rejected };
    }
  });
}
