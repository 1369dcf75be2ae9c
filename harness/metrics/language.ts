/** In which language a text is written: by script where the script tells, by letters and the commonest words where it
 *  does not. For answers of a sentence or more; knows the languages listed and says so when it cannot tell. Closely
 *  related languages that are not listed (Afrikaans, Galician, Nepali's neighbours) are taken for one another.
 *  Source: the stop-word method of Grefenstette 1995, "Comparing two language identification schemes". */
import { signature } from './signature.ts';

const SCRIPTS = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['bn', /\p{Script=Bengali}/gu],
  ['te', /\p{Script=Telugu}/gu],
  ['kn', /\p{Script=Kannada}/gu],
  ['ta', /\p{Script=Tamil}/gu],
  ['gu', /\p{Script=Gujarati}/gu],
  ['pa', /\p{Script=Gurmukhi}/gu],
] as const;

/** Languages that share another's script, with the letters or words that are theirs alone. Of several the first whose
 *  marks make up the share of letters; else the language of the script. */
const WITHIN_SCRIPT: Partial<
  Record<
    (typeof SCRIPTS)[number][0],
    readonly (readonly [language: 'ur' | 'fa' | 'mr' | 'ne' | 'bg', mark: RegExp, leastShare: number])[]
  >
> = {
  ar: [
    ['ur', /[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]/gu, 0.04],
    ['fa', /[\u067e\u0686\u0698\u06af\u06a9\u06cc]/gu, 0.04],
  ],
  hi: [
    [
      'mr',
      /(?<!\p{L}|\p{M})(?:\u0906\u0939\u0947|\u0906\u0939\u0947\u0924|\u0906\u0923\u093f|\u0928\u093e\u0939\u0940|\u0939\u094b\u0924\u0947|\u0939\u0947|\u092e\u0940|\u0924\u0947)(?!\p{L}|\p{M})|\u0933/gu,
      0.015,
    ],
    [
      'ne',
      /(?<!\p{L}|\p{M})(?:\u091b|\u091b\u0928\u094d|\u0939\u094b|\u0930|\u092a\u0928\u093f|\u0932\u093e\u0908|\u0925\u093f\u092f\u094b|\u0917\u0930\u094d\u0928|\u0917\u0930\u094d\u0928\u0947)(?!\p{L}|\p{M})|(?:\u0932\u093e\u0908|\u0939\u0930\u0942|\u092e\u093e)(?!\p{L}|\p{M})/gu,
      0.015,
    ],
  ],
  ru: [
    [
      'bg',
      /(?<!\p{L})(?:\u0435|\u0441\u0430|\u0441\u0435|\u0449\u0435|\u0441\u044a\u0441|\u0432\u044a\u0432|\u0447\u0435)(?!\p{L})|\u044a/gu,
      0.025,
    ],
  ],
};

/** Function words; one that several languages share counts for each of them. */
const COMMON_WORDS = {
  en: 'the and of to in is that it for with as was are this you be not have on at by from they we his her or an which their can will if about has were there what when your i my do',
  de: 'der die das und ist nicht ein eine zu mit auf für den von im sich des dem auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum kann ich wir ihr oder aber',
  fr: 'le la les et est un une des du que qui dans pour pas sur plus par ce avec il elle sont au ne se vous nous je cette mais ou comme tout aux leur être ont fait été deux aussi y en',
  es: 'el la los las y es un una de que en por para con no se su del al lo como más pero sus le ya este sí porque esta entre cuando muy sin sobre también me hay donde yo son está',
  it: 'il lo la i gli le e è un una di che in per con non si del della sono da al come più ma anche nel alla dei ci ha questo mi se o suo delle degli essere gli loro quando cosa',
  pt: 'o a os as e é um uma de que em por para com não se do da no na dos das mais como mas ao foi ele ela tem seu sua ou quando muito nos já também são está eu isso pelo pela',
  nl: 'de het een en is van niet in op te dat die met voor zijn er aan ook als bij maar om uit door over ze naar heeft hij dan nog wel geen worden werd wordt je ik we kan deze',
  pl: 'i w na z nie się że do jest to jak o za po co ale od przez czy tak jego jej są był może tym dla już ich tylko które który oraz także być ma ze',
  fi: 'ja on ei se että oli joka hän mutta niin kun kuin ovat myös tai jos voi sen mitä ole olla tämä nyt he ne siitä kanssa vain sitä jotka minä sinä me te mikä hänen sekä koska kaikki ennen',
  vi: 'là và của có không cho các được một những với người trong này đã khi để đó ra cũng về như từ làm nhưng tôi bạn vào nhiều rất tại đến sẽ hay phải',
  sw: 'ya wa na kwa ni za la katika kuwa cha yake hii kama au pia vya huu watu ambayo mimi sisi wao hiyo lakini sana baada wake bila hata zaidi kila hapa ili',
  sv: 'och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år under också efter eller nu sin där vid mot ska',
} as const; // prettier-ignore

export const languages = [
  ...(Object.keys(COMMON_WORDS) as (keyof typeof COMMON_WORDS)[]),
  ...SCRIPTS.map(([language]) => language),
  'ur',
  'fa',
  'mr',
  'ne',
  'bg',
] as const;

export type Language = (typeof languages)[number];

const listed = (Object.entries(COMMON_WORDS) as [Language, string][]).map(
  ([language, words]) => [language, new Set(words.split(' '))] as const,
);

/** Characters of a text that are looked at: enough to tell, and a bound on the work. */
const LOOKED_AT = 5000;
/** Share of the words that must be function words of the language found, and by how much it must lead. */
const LEAST_SHARE = 0.12;
const LEAD = 1.15;

/** Code blocks, links and addresses belong to no language. */
function prose(text: string): string {
  return text
    .slice(0, LOOKED_AT)
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/\bhttps?:\S+/g, ' ');
}

function withinScript(script: (typeof SCRIPTS)[number][0], body: string, letters: number): Language {
  const marks = (mark: RegExp) => body.match(mark)?.length ?? 0;
  const own = WITHIN_SCRIPT[script]?.find(([, mark, least]) => marks(mark) >= least * letters);
  return own?.[0] ?? script;
}

/** Code of ISO 639-1, or null where the text does not tell: too short, mixed, or in none of the languages known. */
export function detectLanguage(text: string): Language | null {
  const body = prose(text);
  const letters = body.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return null;
  for (const [language, script] of SCRIPTS) {
    const share = (body.match(script)?.length ?? 0) / letters;
    // Japanese is half Han; a line of kana in it tells.
    if (share > (language === 'ja' ? 0.1 : 0.5)) return withinScript(language, body, letters);
  }
  const words = body.toLowerCase().match(/\p{L}+/gu) ?? [];
  const counts = listed
    .map(([language, common]) => ({ language, hits: words.filter((word) => common.has(word)).length }))
    .sort((a, b) => b.hits - a.hits);
  const [first, second] = counts;
  if (first!.hits < 2 || first!.hits / words.length < LEAST_SHARE) return null;
  return first!.hits >= second!.hits * LEAD ? first!.language : null;
}

/** Such as `languageMatch|by:script,stop-words|languages:18|harness:2`. */
export function languageSignature(): string {
  return `languageMatch|${signature({ by: 'script,stop-words', languages: languages.length })}`;
}
