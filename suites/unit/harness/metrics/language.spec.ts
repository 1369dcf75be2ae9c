import { expect, test } from '@playwright/test';
import { detectLanguage, languages } from '../../../../harness/metrics/language.ts';

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  en: ['The house is by the river and it has a red door.', 'I think that you should go there with them.'],
  de: ['Das Haus steht am Fluss und hat eine rote Tür.', 'Ich glaube nicht, dass es heute noch regnet.'],
  fr: [
    'La maison est au bord de la rivière et elle a une porte rouge.',
    'Je ne sais pas ce que vous avez dit.',
  ],
  es: ['La casa está junto al río y tiene una puerta roja.', 'No creo que hoy llueva más, pero no lo sé.'],
  it: ['La casa è vicino al fiume e ha una porta rossa.', 'Non credo che oggi piova, ma non lo so di certo.'],
  pt: ['A casa fica junto ao rio e tem uma porta vermelha.', 'Não sei se ela já foi para casa ou não.'],
  nl: [
    'Het huis staat aan de rivier en heeft een rode deur.',
    'Ik denk niet dat het vandaag nog gaat regenen.',
  ],
  pl: ['Dom stoi nad rzeką i ma czerwone drzwi, ale nie jest duży.'],
  sv: ['Huset ligger vid floden och har en röd dörr som inte är stor.'],
  ru: ['Дом стоит у реки.'],
  el: ['Το σπίτι είναι δίπλα στο ποτάμι.'],
  ar: ['البيت بجانب النهر'],
  he: ['הבית ליד הנהר'],
  hi: ['घर नदी के किनारे है।'],
  th: ['บ้านอยู่ริมแม่น้ำ'],
  zh: ['房子在河边，有一扇红色的门。'],
  ja: ['家は川のそばにあります。'],
  ko: ['집은 강가에 있습니다.'],
  fi: ['Talo on joen rannalla, ja siinä on punainen ovi.', 'En usko, että hän oli kotona, kun tulit.'],
  vi: ['Ngôi nhà ở bên bờ sông và có một cánh cửa màu đỏ.', 'Tôi không biết anh ấy đã về nhà hay chưa.'],
  sw: [
    'Nyumba iko karibu na mto na ina mlango wa rangi nyekundu.',
    'Mimi ni mwalimu wa watoto hawa na wale.',
  ],
  bn: ['বাড়িটি নদীর ধারে।'],
  te: ['ఇల్లు నది పక్కన ఉంది.'],
  kn: ['ಮನೆ ನದಿಯ ಬಳಿ ಇದೆ.'],
  ta: ['வீடு ஆற்றின் அருகில் உள்ளது.'],
  gu: ['ઘર નદીની પાસે છે.'],
  pa: ['ਘਰ ਨਦੀ ਦੇ ਕੋਲ ਹੈ।'],
  ur: ['گھر دریا کے کنارے ہے اور اس کا دروازہ بڑا ہے۔'],
  fa: ['خانه کنار رودخانه است و یک در بزرگ دارد که قرمز است.'],
  mr: ['घर नदीच्या जवळ आहे आणि ते मोठे आहे.'],
  ne: ['घर नदीको छेउमा छ र यसको ढोका रातो छ।'],
  bg: ['Къщата е до реката и има червена врата.', 'Той каза, че утре ще се върне със сестра си.'],
};

test('names the language of a sentence in each of the languages it knows', () => {
  expect(Object.keys(TEXTS).sort()).toEqual([...languages].sort());
  for (const [language, texts] of Object.entries(TEXTS)) {
    for (const text of texts) expect(detectLanguage(text), text).toBe(language);
  }
});

test('says nothing of a text that does not tell, and looks past code and links', () => {
  for (const text of ['', '42', 'Paris', '!!!', 'xyzzy plugh qwerty'])
    expect(detectLanguage(text), text).toBeNull();
  expect(
    detectLanguage('Das ist der Code:\n```\nfor the item in the list of all to do\n```\nEr ist nicht lang.'),
  ).toBe('de');
});
