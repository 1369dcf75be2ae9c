/** A classifier behind HTTP, as Text Embeddings Inference (`/predict`) and Hugging Face's endpoints answer:
 *  `{"inputs": "…"}` in, `[{"label": "toxic", "score": 0.98}, …]` out, or a list of such lists. Its key stands in
 *  HARNESS_TOXICITY_KEY: that of the model under test is for another host. */
import { HarnessError } from '../errors.ts';
import type { ClassifierReference, ToxicityClassifier } from './classifier.ts';
import { toxicityOf, type LabelScore } from './toxic-labels.ts';

const TIMEOUT_MS = 30_000;
const AT_ONCE = 4;

const isLabelScore = (value: unknown): value is LabelScore => {
  const { label, score } = (value ?? {}) as { label?: unknown; score?: unknown };
  return typeof label === 'string' && typeof score === 'number' && score >= 0 && score <= 1;
};

function failed(url: string, what: string, cause?: unknown): HarnessError {
  const { host, pathname } = new URL(url);
  return new HarnessError('E_ENDPOINT', `The classifier at ${host}${pathname} ${what}`, {
    remedy: 'It must answer {"inputs": "a text"} with [{"label": "…", "score": 0 to 1}, …].',
    ...(cause !== undefined && { cause }),
  });
}

/** @throws E_ENDPOINT for an answer that is no list of labels: it is no score */
async function ask(url: string, text: string): Promise<readonly LabelScore[]> {
  const key = process.env['HARNESS_TOXICITY_KEY'];
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ inputs: text }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw failed(url, `answers with status ${response.status}.`);
    answer = await response.json();
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw failed(url, 'does not answer with JSON.', cause);
  }
  const list: unknown = Array.isArray(answer) && Array.isArray(answer[0]) ? answer[0] : answer;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isLabelScore)) {
    throw failed(url, 'answers with no list of labels and scores.');
  }
  return list;
}

export function endpointClassifier({
  where,
  label,
}: Pick<ClassifierReference, 'where' | 'label'>): ToxicityClassifier {
  return {
    toxicity: async (texts) => {
      const found = texts.map(() => 0);
      const said = texts.flatMap((text, at) => (text.trim() === '' ? [] : [at]));
      let next = 0;
      const worker = async () => {
        while (next < said.length) {
          const at = said[next++]!;
          found[at] = toxicityOf(await ask(where, texts[at]!), label);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, said.length) }, worker));
      return found;
    },
    close: () => Promise.resolve(),
  };
}
