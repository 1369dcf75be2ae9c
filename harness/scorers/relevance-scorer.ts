/** Is an answer about its question: its embedding is nearer to the question's topic than to another topic's. Two
 *  distances of one embedder are compared, so that no threshold has to be found. */
import { openPackagedEmbedder } from '../embeddings/packaged-embedder.ts';
import type { Embedder } from '../embeddings/embedder.ts';
import { semanticSimilarity } from '../embeddings/similarity.ts';
import type { Score, Scorer } from '../tasks/task.ts';

let opened: Promise<Embedder> | undefined;

/** `topicSimilarity` in [−1, 1] to `metadata.topic`, and `onTopic` 0 or 1: nearer to it than to `metadata.other`. */
export const relevanceScorer = Object.assign(
  (): Scorer =>
    async ({ sample, output }) => {
      const { topic, other } = sample.metadata ?? {};
      if (typeof topic !== 'string' || typeof other !== 'string') {
        const unscored: Score = {
          value: null,
          reason: 'the sample has no metadata.topic and metadata.other',
        };
        return { topicSimilarity: unscored, onTopic: unscored };
      }
      const [own, foreign] = await semanticSimilarity(
        [topic, other].map((each) => ({ hypothesis: output, references: [each] })),
        await (opened ??= openPackagedEmbedder()),
      );
      if (typeof own !== 'number' || typeof foreign !== 'number') {
        const unscored = typeof own === 'number' ? foreign! : own!;
        return { topicSimilarity: unscored, onTopic: unscored };
      }
      return { topicSimilarity: own, onTopic: own > foreign ? 1 : 0 };
    },
  { signature: 'similarity|model:energetic-ai-en-0.2.0|to:topic,other-topic|harness:2' },
);
