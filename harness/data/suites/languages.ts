/** Questions in eight languages: the answer should come in the language of the question. Written by hand:
 *  languages.json, one question in all its languages an entry. */
import type { Sample } from '../../tasks/task.ts';
import questions from './languages.json' with { type: 'json' };

export function languages(): Sample[] {
  const codes = Object.keys(questions[0]!) as (keyof (typeof questions)[number])[];
  return codes.flatMap((language) =>
    questions.map((question, at): Sample => ({
      id: `${language}-${at + 1}`,
      prompt: question[language],
      cluster: `question-${at + 1}`,
      tags: [language],
      metadata: { language },
    })),
  );
}
