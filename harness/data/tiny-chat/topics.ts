/** Topics explained in a few plain sentences. Each answer holds its keywords word for word. */

export interface Topic {
  readonly id: string;
  /** The first name is the topic's own; the others are what people also call it. */
  readonly names: readonly string[];
  readonly answer: string;
  readonly keywords: readonly string[];
}

export const TOPICS: readonly Topic[] = [
  {
    id: 'photosynthesis',
    names: ['photosynthesis', 'the process of photosynthesis', 'photosynthesis in plants'],
    answer:
      'Photosynthesis is how plants make their own food. Green leaves hold chlorophyll, which takes in sunlight. With that energy, plants turn water and carbon dioxide into sugar. They give off oxygen, which people and animals need to breathe.',
    keywords: ['plants', 'sunlight', 'chlorophyll', 'oxygen', 'carbon dioxide'],
  },
  {
    id: 'python',
    names: ['Python programming', 'Python', 'the Python language', 'programming in Python'],
    answer:
      'Python is a programming language that is easy to read and learn. People use it to write software for the web, for science and for daily tasks. You write code in short, clear lines, and the computer runs them one by one.',
    keywords: ['programming', 'language', 'code', 'software'],
  },
  {
    id: 'machine-learning',
    names: ['machine learning', 'the concept of machine learning', 'learning by machines'],
    answer:
      'Machine learning is a way for computers to learn from data. We show the computer many examples, and it finds patterns in them. It stores what it found in a model. Then it can make a good guess about new things that it has not seen before.',
    keywords: ['data', 'examples', 'patterns', 'model'],
  },
  {
    id: 'relativity',
    names: ['the theory of relativity', 'relativity', "Einstein's theory of relativity"],
    answer:
      'The theory of relativity comes from Albert Einstein. It has two parts. The first part says that light always moves at the same speed, so time runs slower for things that move very fast. The second part is about gravity. It says that heavy things bend space and time around them. A planet goes around the Sun because space is bent there.',
    keywords: ['Einstein', 'light', 'time', 'gravity', 'space'],
  },
  {
    id: 'quantum-physics',
    names: ['quantum physics', 'quantum mechanics', 'the physics of quantum things'],
    answer:
      'Quantum physics is about very small things, such as atoms and light. Such a small thing can act like a wave and like a particle. It can be in many states at once. Only when we look at it does it settle on one of them.',
    keywords: ['small', 'atoms', 'wave', 'particle'],
  },
  {
    id: 'quantum-computing',
    names: ['quantum computing', 'quantum computers', 'a quantum computer'],
    answer:
      'Quantum computing uses the rules of very small things to solve hard problems. A normal computer works with bits, which are zero or one. A quantum computer works with qubits, which can be both at once. For some tasks this is much faster.',
    keywords: ['bits', 'qubits', 'computer', 'faster'],
  },
  {
    id: 'renewable-energy',
    names: ['renewable energy', 'the benefits of renewable energy', 'clean energy', 'green energy'],
    answer:
      'Renewable energy comes from sources that do not run out, such as the sun, the wind and water. It has many benefits. It keeps the air clean, slows the warming of the Earth, makes new jobs and lowers the cost of power over time.',
    keywords: ['sun', 'wind', 'water', 'clean', 'power'],
  },
  {
    id: 'artificial-intelligence',
    names: ['artificial intelligence', 'AI', 'the idea of artificial intelligence'],
    answer:
      'Artificial intelligence means that a machine does things that need some thought when people do them. It can read text, see what is in a picture or play a game. Most of these systems learn from data. They are tools, and they can make mistakes.',
    keywords: ['machine', 'learn', 'data', 'tools'],
  },
  {
    id: 'gravity',
    names: ['gravity', 'the force of gravity', 'how gravity pulls'],
    answer:
      'Gravity is the force that pulls things toward each other. The more mass a thing has, the more it pulls. Gravity keeps our feet on the ground, makes an apple fall and holds the Moon on its path around the Earth.',
    keywords: ['force', 'mass', 'Moon', 'Earth'],
  },
  {
    id: 'evolution',
    names: ['evolution', 'the theory of evolution', 'natural selection'],
    answer:
      'Evolution is how living things change over a very long time. Parents pass their traits on to their young. Those that fit their world best live longer and have more young. Step by step, this makes new species. Charles Darwin wrote about it first.',
    keywords: ['change', 'traits', 'species', 'Darwin'],
  },
  {
    id: 'water-cycle',
    names: ['the water cycle', 'the cycle of water', 'the path of water in nature'],
    answer:
      'The water cycle is the path of water through nature. The sun warms the sea, and some water rises as vapour. High in the cold air it turns into clouds. Then it falls as rain or snow, and rivers carry it back to the sea.',
    keywords: ['sun', 'vapour', 'clouds', 'rain', 'rivers'],
  },
  {
    id: 'electricity',
    names: ['electricity', 'electric current', 'electric power'],
    answer:
      'Electricity is a form of energy. It comes from tiny parts of atoms that are called electrons. When electrons flow through a wire, we speak of a current. The current can light a lamp, heat a stove or run a motor.',
    keywords: ['energy', 'electrons', 'wire', 'current'],
  },
  {
    id: 'internet',
    names: ['the internet', 'the net', 'the global computer network'],
    answer:
      'The internet is a network that joins computers all over the world. Each message is cut into small packets. The packets find their way from one machine to the next and are put together at the end. We use it for mail, web pages and video.',
    keywords: ['network', 'computers', 'packets', 'web'],
  },
  {
    id: 'dna',
    names: ['DNA', 'the DNA molecule', 'genetic code'],
    answer:
      'DNA is the plan of every living thing. It is a long thread inside our cells and looks like a twisted ladder. Parts of it are called genes. They tell the body how to grow. Children get half of it from each of their parents.',
    keywords: ['cells', 'ladder', 'genes', 'parents'],
  },
  {
    id: 'democracy',
    names: ['democracy', 'a democracy', 'rule by the people'],
    answer:
      'Democracy is a form of government in which the people rule. They vote in free elections and choose who makes the laws. Everyone has the same rights, the press is free, and leaders can be sent home at the next election.',
    keywords: ['government', 'people', 'vote', 'laws', 'rights'],
  },
  {
    id: 'climate-change',
    names: ['climate change', 'global warming', 'the greenhouse effect'],
    answer:
      'Climate change means that the weather of the whole Earth shifts over many years. We burn coal, oil and gas, and this puts carbon dioxide into the air. The gas holds heat like a blanket. So ice melts, seas rise and storms get stronger.',
    keywords: ['Earth', 'carbon dioxide', 'heat', 'ice', 'seas'],
  },
  {
    id: 'vaccines',
    names: ['vaccines', 'a vaccine', 'the way vaccines protect us'],
    answer:
      'A vaccine trains the body to fight a disease before it comes. It shows the immune system a weak or dead part of a germ. The body learns to know it and makes antibodies. If the real germ comes later, the body is ready.',
    keywords: ['disease', 'immune', 'germ', 'antibodies'],
  },
  {
    id: 'black-holes',
    names: ['black holes', 'a black hole', 'the black holes in space'],
    answer:
      'A black hole is a place in space where gravity is so strong that nothing can get out, not even light. Most black holes form when a huge star runs out of fuel and falls in on itself. We see them by what they do to the stars near them.',
    keywords: ['space', 'gravity', 'light', 'star'],
  },
  {
    id: 'inflation',
    names: ['inflation', 'inflation of prices', 'rising prices'],
    answer:
      'Inflation means that prices go up over time, so money buys less than before. It can happen when people want more goods than there are, or when making goods costs more. Banks raise interest rates to slow it down.',
    keywords: ['prices', 'money', 'goods', 'rates'],
  },
];
