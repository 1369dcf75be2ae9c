/** Synthetic test data of three kinds, as the source document generates it: same templates, same variations and,
 *  with the same seed, the same lines as its generator gives for that kind. Each kind is seeded anew, so that a
 *  file does not depend on which files were made before it. */
import { MersenneTwister } from './random.ts';

export interface ChatExample {
  readonly input: string;
  readonly output: string;
}

export interface InstructionExample {
  readonly instruction: string;
  /** Empty: the instruction says it all. */
  readonly input: string;
  readonly output: string;
}

export interface DpoExample {
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
}

const DEFAULT_SEED = 42;

const CHAT_TEMPLATES: readonly (readonly [input: string, output: string])[] = [
  ['Hello', 'Hi there!'],
  ['How are you?', "I'm doing well, thank you!"],
  ["What's your name?", "I'm an AI assistant."],
  ['Tell me a joke', "Why don't scientists trust atoms? Because they make up everything!"],
  ["What's the weather like?", "I don't have access to current weather data."],
];

const CHAT_VARIATIONS: Readonly<Record<string, readonly string[]>> = {
  Hello: ['Hi', 'Hey', 'Hello there', 'Greetings'],
  'How are you?': ["How's it going?", 'How are you doing?', "What's up?"],
};

const INSTRUCTIONS = [
  'Explain the concept of machine learning',
  'Write a short story about a robot',
  'List the benefits of renewable energy',
  'Describe the process of photosynthesis',
  'Explain quantum computing in simple terms',
];

const DPO_PROMPTS = [
  'Write a helpful response',
  'Explain this concept clearly',
  'Provide accurate information',
  'Be respectful and kind',
];

export function generateChatData(count = 100, seed = DEFAULT_SEED): ChatExample[] {
  const rng = new MersenneTwister(seed);
  return Array.from({ length: count }, () => {
    const [input, output] = rng.choice(CHAT_TEMPLATES);
    const variations = CHAT_VARIATIONS[input];
    return { input: variations ? rng.choice(variations) : input, output };
  });
}

export function generateInstructionData(count = 50, seed = DEFAULT_SEED): InstructionExample[] {
  const rng = new MersenneTwister(seed);
  return Array.from({ length: count }, () => {
    const instruction = rng.choice(INSTRUCTIONS);
    return { instruction, input: '', output: `This is a response to: ${instruction}` };
  });
}

export function generateDpoData(count = 30, seed = DEFAULT_SEED): DpoExample[] {
  const rng = new MersenneTwister(seed);
  return Array.from({ length: count }, () => {
    const prompt = rng.choice(DPO_PROMPTS);
    return {
      prompt,
      chosen: `This is a helpful and accurate response to: ${prompt}`,
      rejected: `This is a less helpful response to: ${prompt}`,
    };
  });
}
