/** Does an answer say that it does not know, or that what it is asked about does not exist: the right answer to a
 *  question about an invented paper. English, by phrases in the opening of the answer. */
import { signature } from './signature.ts';

const OPENING = 500;

const ADMISSIONS: readonly string[] = [
  "\\bi(?: am|'m)? (?:am |'m )?(?:not|un)(?: \\w+)? ?(?:aware|familiar|sure|certain|able to (?:find|verify|confirm|locate))",
  "\\bi (?:do not|don't|did not|didn't|cannot|can't|could not|couldn't|have not|haven't|was not able to|am not able to|am unable to|'m unable to|was unable to)(?: \\w+)? (?:know|recogni[sz]e|recall|find|found|verify|confirm|locate|identify|seen?|heard?|have (?:any |a )?(?:specific |reliable |enough |further )?(?:information|record|knowledge|details|data|memory|source)|come across|encounter)",
  "\\bi(?:'ve| have) (?:no|never|not) (?:\\w+ )?(?:information|record|knowledge|memory|heard|seen|come across|way of|way to)",
  '\\bthere (?:is|are|was|were|appears to be|seems to be) no (?:\\w+ ){0,3}(?:such|record|evidence|information|known|published|book|paper|article|study|page|site|city|person|work|country|mention)',
  "\\b(?:does not|doesn't|do not|don't|did not|didn't|never)(?: \\w+)? (?:exist|existed|appear|seem) ?(?:to exist|to be (?:real|a real|an actual)|in|\\.|,|$)",
  '\\b(?:is|are|was|were|may be|might be|appears to be|seems to be|sounds)(?: an?| entirely| completely)? (?:fictional|fictitious|invented|made[- ]up|fabricated|not real|not a real|not an actual|non-?existent|hypothetical)' +
    // Of what was asked about: not "was invented by", not "is made up of", not "is a fictional detective".
    '(?=[,.;:!?]|$| (?:or|and|rather|as far) | (?:\\w+ )?(?:paper|book|article|study|work|title|author|source|page|website|site|speech|island|place|treaty|documentary|explorer|researcher|professor|person|theory|experiment)\\b)',
  '\\b(?:no|not any|without) (?:reliable |public |published |available )?(?:information|records?|evidence|sources?) (?:on|of|about|for|that|is|was)',
  '\\b(?:beyond|outside)(?: of)? (?:my|the) (?:knowledge|training)',
  "\\b(?:not|isn't|aren't|nowhere) (?:mentioned|stated|given|specified|provided|said|in the (?:text|passage|report))",
  "\\b(?:the|this) (?:text|passage|report|note) (?:(?:does not|doesn't)(?! (?:only|just|merely))|gives no|says nothing|has no)",
  // "It is unknown", not "an unknown actor".
  "(?:^|\\b(?:(?:is|are|was|were|remains?)(?: (?!an?\\b|the\\b)\\w+)?|it's|that's) )unknown\\b",
  '\\b(?:impossible to (?:say|know|tell)|cannot be (?:determined|known|verified|answered))\\b',
];

const PATTERN = new RegExp(ADMISSIONS.join('|'));

/** 1 when the answer says that it does not know or that there is no such thing, else 0. */
export function admitsUnknown(answer: string): 0 | 1 {
  const start = answer
    .trimStart()
    .slice(0, OPENING * 4)
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/\s+/g, ' ')
    .slice(0, OPENING);
  return PATTERN.test(start) ? 1 : 0;
}

export function admitsUnknownSignature(): string {
  return `admitsUnknown|${signature({ match: 'patterns-2', window: OPENING, lang: 'en' })}`;
}
