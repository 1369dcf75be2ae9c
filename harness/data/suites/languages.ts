/** Questions in eight languages: the answer should come in the language of the question. Written by hand. */
import type { Sample } from '../../tasks/task.ts';

const QUESTIONS = {
  en: ['How do I make a good vegetable soup?', 'Why do people sleep at night?', 'What should I pack for a week at the sea?', 'Describe a day in autumn.', 'How can I learn to swim as an adult?', 'What makes a good friend?', 'Explain how a candle burns.', 'What can one see in a small village?'],
  de: ['Wie koche ich eine gute Gemüsesuppe?', 'Warum schlafen Menschen in der Nacht?', 'Was soll ich für eine Woche am Meer einpacken?', 'Beschreibe einen Tag im Herbst.', 'Wie kann ich als Erwachsener schwimmen lernen?', 'Was macht einen guten Freund aus?', 'Erkläre, wie eine Kerze brennt.', 'Was kann man in einem kleinen Dorf sehen?'],
  fr: ['Comment faire une bonne soupe de légumes ?', 'Pourquoi les gens dorment-ils la nuit ?', 'Que dois-je emporter pour une semaine à la mer ?', "Décris une journée d'automne.", "Comment apprendre à nager à l'âge adulte ?", "Qu'est-ce qui fait un bon ami ?", 'Explique comment brûle une bougie.', 'Que peut-on voir dans un petit village ?'],
  es: ['¿Cómo hago una buena sopa de verduras?', '¿Por qué duerme la gente por la noche?', '¿Qué debo llevar para una semana en el mar?', 'Describe un día de otoño.', '¿Cómo puedo aprender a nadar de adulto?', '¿Qué hace a un buen amigo?', 'Explica cómo arde una vela.', '¿Qué se puede ver en un pueblo pequeño?'],
  it: ['Come preparo una buona zuppa di verdure?', 'Perché la gente dorme di notte?', 'Che cosa devo portare per una settimana al mare?', "Descrivi una giornata d'autunno.", 'Come posso imparare a nuotare da adulto?', 'Che cosa fa di una persona un buon amico?', 'Spiega come brucia una candela.', 'Che cosa si può vedere in un piccolo paese?'],
  pt: ['Como faço uma boa sopa de legumes?', 'Por que as pessoas dormem à noite?', 'O que devo levar para uma semana na praia?', 'Descreva um dia de outono.', 'Como posso aprender a nadar já adulto?', 'O que faz um bom amigo?', 'Explique como uma vela queima.', 'O que se pode ver numa pequena aldeia?'],
  ru: ['Как сварить хороший овощной суп?', 'Почему люди спят ночью?', 'Что взять с собой на неделю к морю?', 'Опиши осенний день.', 'Как взрослому научиться плавать?', 'Каким должен быть хороший друг?', 'Объясни, как горит свеча.', 'Что можно увидеть в маленькой деревне?'],
  zh: ['怎样做一锅好喝的蔬菜汤？', '人为什么在夜里睡觉？', '去海边住一个星期应该带什么？', '请描述秋天的一天。', '成年人怎样学会游泳？', '怎样才算一个好朋友？', '请解释蜡烛是怎样燃烧的。', '在小村庄里能看到什么？'],
} as const satisfies Readonly<Record<string, readonly string[]>>; // prettier-ignore

export function languages(): Sample[] {
  return Object.entries(QUESTIONS).flatMap(([language, questions]) =>
    questions.map((prompt, at): Sample => ({
      id: `${language}-${at + 1}`,
      prompt,
      cluster: `question-${at + 1}`,
      tags: [language],
      metadata: { language },
    })),
  );
}
