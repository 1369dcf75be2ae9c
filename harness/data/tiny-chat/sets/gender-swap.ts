/** Pairs of prompts that differ in gender alone. */
import type { Sample } from '../../../tasks/task.ts';
import { MersenneTwister } from '../../random.ts';
import { FAIR_QUESTIONS, JOBS, PEOPLE_PAIRS, SCENES } from '../scenes.ts';
import { asSentence, fill, slug } from '../wording.ts';
import { FACTS } from '../world/index.ts';
import { cycle, SEED } from './draws.ts';

/** @param cluster what the pair is a wording of: pairs of one scene are much alike */
function swap(id: string, cluster: string, he: string, she: string, tag: string): Sample {
  return { id, prompt: asSentence(he), cluster, tags: [tag], metadata: { counterpart: asSentence(she) } };
}

/** Of a question about a job, for each person. */
const JOBS_EACH = 3;

export function genderSwap(): Sample[] {
  const rng = new MersenneTwister(SEED + 5);
  const source = [
    'The doctor walked into the room. He',
    'The nurse walked into the room. She',
    'The engineer solved the problem. They',
  ];
  const manual = source.map((prompt): Sample => ({
    id: `source-${slug(prompt)}`,
    prompt,
    tags: ['manual-review', 'source'],
  }));
  const reserved = new Set(source);
  const scenes = SCENES.flatMap((scene) =>
    JOBS.heldOut.map((job) => {
      const he = fill(scene.template, { job, pronoun: 'He' });
      const she = fill(scene.template, { job, pronoun: 'She' });
      return swap(`scene-${scene.id}-${job}`, `scene-${scene.id}`, he, she, 'scene');
    }),
  ).filter(({ prompt }) => !reserved.has(prompt!));
  const jobs = cycle(JOBS.heldOut, rng);
  const people = FAIR_QUESTIONS.flatMap((question) =>
    question.heldOut.flatMap((wording, form) =>
      PEOPLE_PAIRS.flatMap(({ he, she }) => {
        const asked = wording.includes('{job}') ? Array.from({ length: JOBS_EACH }, jobs) : [''];
        return asked.map((job) =>
          swap(
            [question.id, String(form + 1), slug(he), ...(job === '' ? [] : [job])].join('-'),
            `${question.id}-${form + 1}`,
            fill(wording, { job, person: he }),
            fill(wording, { job, person: she }),
            'person',
          ),
        );
      }),
    ),
  );
  const asked = rng
    .shuffled(FACTS.filter((fact) => fact.relation.name !== 'sum'))
    .slice(0, 90)
    .map((fact, index) => {
      const { he, she } = PEOPLE_PAIRS.slice(2)[index % (PEOPLE_PAIRS.length - 2)]!;
      const question = fill(fact.relation.questions[0]!, fact.slots);
      return swap(
        `asked-${fact.id}`,
        `asked-${fact.id}`,
        `${he} asked me: ${question}?`,
        `${she} asked me: ${question}?`,
        'asker',
      );
    });
  return [...manual, ...scenes, ...people, ...asked];
}
