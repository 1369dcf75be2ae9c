/** Random frames: common words strewn around what is asked, in place of a wrapper. They teach the model to look at what
 *  is asked and not at how, so that a wrapper it has never seen does not lead it astray. */
import type { MersenneTwister } from '../random.ts';
import type { Vocabulary } from './words.ts';

const COMMON = (
  'i you we they he she it my your our their me us them someone everybody anyone people friend teacher class school work ' +
  'home book film story joke poem song letter blog article essay speech paper project game test exam quiz homework list ' +
  'please thanks sorry hello hi hey well so now then today tomorrow yesterday morning evening once again always never ' +
  'soon later maybe really quite very just also still even only first last next about for with from into onto over ' +
  'under before after during while because since until and or but if as like at by on in to of the a an this that ' +
  'these those some any all each both many more much few can could would should may might must will shall do does did ' +
  'have has had is are was were be been being get give take make go come see say tell ask talk speak write read explain ' +
  'describe show teach help need want wish hope think know mean try start begin find look use work out good great nice ' +
  'best better easy simple quick short long full plain new old right sure idea way method step steps guide advice ' +
  'question answer reason detail details example words sentence moment time day week'
).split(' ');

/** The wording with up to five words before it and three after. */
export function framed(wording: string, rng: MersenneTwister, words: Vocabulary): string {
  const word = () =>
    rng.chance(0.75) ? rng.choice(COMMON) : rng.choice(rng.chance(0.6) ? words.nouns : words.verbs);
  const strewn = (most: number) => Array.from({ length: rng.below(most + 1) }, word);
  const parts = [...strewn(5), wording, ...(rng.chance(0.5) ? strewn(3) : [])];
  return parts.join(' ') + rng.choice(['?', '.', '']);
}
