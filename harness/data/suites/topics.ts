/** Sixty things that any general model can explain, each with words of which a good explanation uses some. */
import type { Sample } from '../../tasks/task.ts';
import { slug } from '../tiny-chat/wording.ts';

/** Topic, and words that belong to it. */
export const TOPICS = {
  'how rain forms': ['water', 'cloud', 'vapour', 'vapor', 'condens', 'drops'],
  'why the sky is blue': ['light', 'scatter', 'atmosphere', 'blue'],
  'how bread rises': ['yeast', 'gas', 'dough', 'carbon dioxide'],
  'what a black hole is': ['gravity', 'light', 'star', 'mass'],
  'how vaccines work': ['immune', 'antibod', 'virus', 'disease'],
  'what inflation is': ['prices', 'money', 'rise', 'economy'],
  'how a bicycle stays upright': ['wheel', 'balance', 'steer', 'fall'],
  'why leaves change colour': ['chlorophyll', 'autumn', 'pigment', 'green'],
  'what an algorithm is': ['steps', 'problem', 'instructions', 'computer'],
  'how a refrigerator works': ['heat', 'cold', 'coolant', 'refrigerant', 'compressor'],
  'what causes the tides': ['moon', 'gravity', 'sea', 'water'],
  'how the heart pumps blood': ['chamber', 'valve', 'blood', 'body'],
  'what DNA is': ['gene', 'cell', 'molecule', 'inherit'],
  'how a rainbow appears': ['light', 'drops', 'refract', 'colour', 'color'],
  'what an earthquake is': ['plates', 'ground', 'shake', 'crust'],
  'how bees make honey': ['nectar', 'hive', 'flower'],
  'what photosynthesis does': ['light', 'plant', 'sugar', 'oxygen', 'carbon dioxide'],
  'how an aeroplane flies': ['wing', 'lift', 'air', 'engine'],
  'what gravity is': ['force', 'mass', 'pull', 'attract'],
  'how a battery stores energy': ['chemical', 'electr', 'charge'],
  'why we dream': ['sleep', 'brain', 'memor'],
  'what a volcano is': ['lava', 'magma', 'erupt'],
  'how glass is made': ['sand', 'heat', 'melt'],
  'what recycling is for': ['waste', 'material', 'again', 'reuse'],
  'how the internet sends a message': ['packet', 'network', 'server', 'data'],
  'what a computer virus is': ['program', 'software', 'computer', 'spread'],
  'how chocolate is made': ['cocoa', 'bean', 'roast', 'sugar'],
  'why the seasons change': ['tilt', 'sun', 'axis', 'earth', 'orbit'],
  'what a glacier is': ['ice', 'snow', 'slow', 'mountain'],
  'how muscles grow': ['protein', 'exercise', 'fibre', 'fiber', 'repair'],
  'what supply and demand means': ['price', 'buy', 'sell', 'market'],
  'how a camera takes a picture': ['light', 'lens', 'sensor', 'film'],
  'what the immune system does': ['infection', 'cell', 'germ', 'body', 'virus'],
  'how whales breathe': ['air', 'blowhole', 'lung', 'surface'],
  'what an eclipse is': ['moon', 'sun', 'shadow'],
  'how salt preserves food': ['water', 'bacteria', 'moisture'],
  'what democracy is': ['people', 'vote', 'elect', 'government'],
  'how paper is made': ['wood', 'pulp', 'fibre', 'fiber', 'tree'],
  'why ice floats': ['dens', 'water', 'light'],
  'what a prime number is': ['divis', 'one', 'itself', 'number'],
  'how a compass works': ['magnet', 'north', 'needle'],
  'what cholesterol is': ['blood', 'fat', 'liver', 'heart'],
  'how birds migrate': ['winter', 'fly', 'south', 'food', 'season'],
  'what a solar panel does': ['sun', 'electric', 'light', 'energy'],
  'how soap cleans': ['oil', 'grease', 'dirt', 'water'],
  'what a coral reef is': ['sea', 'ocean', 'animal', 'fish', 'polyp'],
  'how an elevator stays safe': ['cable', 'brake', 'weight', 'floor'],
  'what jet lag is': ['time', 'sleep', 'clock', 'travel'],
  'how cheese is made': ['milk', 'curd', 'bacteria', 'rennet'],
  'what sound is': ['wave', 'vibrat', 'air', 'ear'],
  'why metal rusts': ['iron', 'oxygen', 'water', 'oxid'],
  'how a telescope works': ['lens', 'mirror', 'light', 'far', 'distant'],
  'what a mortgage is': ['loan', 'house', 'home', 'bank', 'interest'],
  'how a spider spins a web': ['silk', 'thread', 'prey'],
  'what probability means': ['chance', 'likely', 'event'],
  'how a lighthouse helped ships': ['light', 'coast', 'rock', 'sailor', 'ship'],
  'what fermentation is': ['yeast', 'sugar', 'alcohol', 'bacteria', 'acid'],
  'how snow forms': ['ice', 'crystal', 'cloud', 'freez'],
  'what a neural network is': ['layer', 'learn', 'data', 'neuron', 'node'],
  'how maps show height': ['contour', 'line', 'colour', 'color'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const TOPIC_NAMES = Object.keys(TOPICS) as readonly (keyof typeof TOPICS)[];

export function topics(): Sample[] {
  return TOPIC_NAMES.map((topic, at) => ({
    id: slug(topic),
    prompt: `Explain ${topic}.`,
    cluster: slug(topic),
    // What a model that does not read the question would as soon have answered.
    metadata: { topic, keywords: TOPICS[topic], other: TOPIC_NAMES[(at + 29) % TOPIC_NAMES.length]! },
  }));
}
